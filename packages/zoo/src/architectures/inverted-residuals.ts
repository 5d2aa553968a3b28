import { makeDivisible } from './make-divisible.js';

/** One inverted residual block, in channels and strides. */
export interface InvertedResidual {
  /** Prefix of its layers' names, as Keras has it: `expanded_conv_` for the first block, then `block_1_` …. */
  readonly prefix: string;
  /** Channels of the depthwise convolution. */
  readonly expanded: number;
  readonly channels: number;
  readonly stride: 1 | 2;
  /** Whether a 1×1 convolution widens the input first; not so in the first block. */
  readonly expands: boolean;
  /** Whether the input is added to the output: same size, same channels. */
  readonly isResidual: boolean;
}

/** Table 2 of Sandler et al. 2018: expansion, channels, blocks, stride of the first of them. */
const TABLE: readonly (readonly [expansion: number, channels: number, blocks: number, stride: 1 | 2])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** Channels of the convolution before the blocks. */
export function stemChannels(alpha: number): number {
  return makeDivisible(32 * alpha);
}

/** Channels of the last convolution: narrow networks keep all 1280. */
export function featureChannels(alpha: number): number {
  return alpha > 1 ? makeDivisible(1280 * alpha) : 1280;
}

/** The seventeen blocks of a MobileNetV2 of width `alpha`. */
export function invertedResiduals(alpha: number): InvertedResidual[] {
  const blocks: InvertedResidual[] = [];
  let incoming = stemChannels(alpha);
  for (const [expansion, width, count, firstStride] of TABLE) {
    const channels = makeDivisible(Math.trunc(width * alpha));
    for (let each = 0; each < count; each++) {
      const stride = each === 0 ? firstStride : 1;
      blocks.push({
        prefix: blocks.length === 0 ? 'expanded_conv_' : `block_${blocks.length}_`,
        expanded: expansion * incoming,
        channels,
        stride,
        expands: expansion > 1,
        isResidual: stride === 1 && incoming === channels,
      });
      incoming = channels;
    }
  }
  return blocks;
}
