/** The two members of the family that are built here; all widths and depths are their table's own. */
export type EfficientnetVariant = 'b0' | 'lite0';

/** One block, in channels and strides. */
export interface EfficientnetBlock {
  /** Its layers' names begin with this: `blocks.1.0`. */
  readonly name: string;
  /** Which of the seven stages of the paper it belongs to, from 0. */
  readonly stage: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  /** Channels that come in. */
  readonly incoming: number;
  /** Channels of the depthwise convolution; `incoming` in the first block, which has no 1 × 1 convolution before it. */
  readonly expanded: number;
  readonly channels: number;
  /** Whether the input is added to the output: same size, same channels. */
  readonly isResidual: boolean;
}

export const STEM_CHANNELS = 32;
export const FEATURE_CHANNELS = 1280;

/** Table 1 of Tan and Le 2019: kernel, stride of the first block, expansion, channels, blocks. */
const TABLE: readonly (readonly [kernel: 3 | 5, stride: 1 | 2, expansion: number, channels: number, blocks: number])[] =
  [
    [3, 1, 1, 16, 1],
    [3, 2, 6, 24, 2],
    [5, 2, 6, 40, 2],
    [3, 2, 6, 80, 3],
    [5, 1, 6, 112, 3],
    [5, 2, 6, 192, 4],
    [3, 1, 6, 320, 1],
  ];

/** The sixteen blocks, from the input to the output. */
export function efficientnetBlocks(): EfficientnetBlock[] {
  let incoming = STEM_CHANNELS;
  return TABLE.flatMap(([kernel, firstStride, expansion, channels, count], stage) =>
    Array.from({ length: count }, (_, index): EfficientnetBlock => {
      const stride = index === 0 ? firstStride : 1;
      const block = {
        name: `blocks.${stage}.${index}`,
        stage,
        kernel,
        stride,
        incoming,
        expanded: expansion * incoming,
        channels,
        isResidual: stride === 1 && incoming === channels,
      };
      incoming = channels;
      return block;
    }),
  );
}
