import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, messageOf } from '@graft-ml/core';
import { converterModule, type Converter } from './converter.js';

/** What a FrozenGraph runs. */
export interface GraphPart {
  /** A TensorFlow graph as tfjs writes it: `{ node: […], versions: … }`. */
  readonly topology: tf.io.ModelJSON['modelTopology'];
  /** Names, shapes and types of its constants, in the order of the layer's weights. */
  readonly specs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32' | 'bool';
  }[];
  /** The placeholder that is fed. */
  readonly input: string;
  /** The node whose output is the layer's. */
  readonly output: string;
  /** The output's shape without the batch. */
  readonly outputShape: readonly number[];
}

type LayerArgs = ConstructorParameters<typeof layers.layers.Layer>[0];

/**
 * A part of a TensorFlow graph as one tfjs layer: from its input to one of its nodes. Its constants are the layer's weights,
 * none of which gradients train, so models that hold one are cut, split and saved like any other.
 *
 * It runs on `@tensorflow/tfjs-converter`, which must have been loaded (`enableGraphLayers`) before the layer is called.
 */
export class FrozenGraph extends layers.layers.Layer {
  static readonly className: string = 'FrozenGraph';
  readonly #part: GraphPart;
  #run: ((x: tf.Tensor) => tf.Tensor) | undefined;

  constructor(args: LayerArgs & { readonly graph?: unknown }) {
    super(args);
    this.#part = decodePart(args.graph);
  }

  /** The name of the graph's node whose output is the layer's. */
  get node(): string {
    return this.#part.output;
  }

  override build(inputShape: layers.Shape | layers.Shape[]): void {
    for (const [index, { shape, dtype }] of this.#part.specs.entries()) {
      this.addWeight(`constant${index}`, [...shape], dtype, layers.initializers.zeros(), undefined, false);
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    if (x === undefined) throw new GraftError({ code: 'internal', what: `"${this.name}" was called on nothing.` });
    // A batch of one may have been squeezed away by the graph itself.
    return tf.reshape(this.raw(x), [x.shape[0] ?? 1, ...this.#part.outputShape]);
  }

  /** The output as the graph gives it, whatever shape was declared. */
  raw(x: tf.Tensor): tf.Tensor {
    this.#run ??= this.#executor(converterModule());
    return this.#run(x);
  }

  override computeOutputShape(inputShape: layers.Shape | layers.Shape[]): layers.Shape {
    const [batch] = inputShape;
    return [typeof batch === 'number' ? batch : null, ...this.#part.outputShape];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), graph: encodePart(this.#part) };
  }

  #executor({ GraphModel }: Converter): (x: tf.Tensor) => tf.Tensor {
    const { topology, specs, input, output } = this.#part;
    const constants = new Map(specs.map(({ name }, index) => [name, this.weights[index]?.read()]));
    const graph = new GraphModel({
      load: () => ({ modelTopology: topology, weightSpecs: [], weightData: new ArrayBuffer(0) }),
    });
    try {
      graph.load();
    } catch (cause) {
      throw new GraftError({
        code: 'bad-input',
        what: `The graph could not be read: ${messageOf(cause)}.`,
        expected: 'A graph of ops that TensorFlow.js knows was expected.',
        cause,
      });
    }
    // The converter makes its constants of a buffer; here they are the layer's live weights instead.
    const executor: unknown = Reflect.get(graph, 'executor');
    if (executor === null || typeof executor !== 'object' || !('weightMap' in executor)) {
      throw new GraftError({
        code: 'unavailable',
        what: 'The graph model has no constants to set.',
        expected: '@tensorflow/tfjs-converter 4.22.0 was expected.',
      });
    }
    executor.weightMap = Object.fromEntries([...constants].map(([name, tensor]) => [name, [tensor]]));
    return (x) => {
      try {
        const result = graph.execute({ [input]: x }, output);
        const [first] = Array.isArray(result) ? result : [result];
        if (first === undefined) throw new Error('it gave nothing');
        return first;
      } catch (cause) {
        throw new GraftError({
          code: 'bad-input',
          what: `The graph could not be run from "${input}" to "${output}": ${messageOf(cause)}.`,
          expected: 'A graph without control flow, of ops that TensorFlow.js knows, was expected.',
          remedy: 'Cut it at an earlier node.',
          cause,
        });
      }
    };
  }
}

/** Hexadecimal digits: tfjs rewrites the case of every other text in a configuration when it saves a model. */
export function encodePart(part: GraphPart): string {
  const bytes = new TextEncoder().encode(JSON.stringify(part));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function decodePart(graph: unknown): GraphPart {
  if (typeof graph === 'string') {
    const bytes = Uint8Array.from(graph.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    try {
      const part: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (isPart(part)) return part;
    } catch {
      // Told below.
    }
  }
  throw new GraftError({ code: 'corrupt', what: 'A FrozenGraph layer holds no graph.' });
}

function isPart(part: unknown): part is GraphPart {
  if (part === null || typeof part !== 'object') return false;
  const sizes: unknown = Reflect.get(part, 'outputShape');
  const specs: unknown = Reflect.get(part, 'specs');
  return (
    typeof Reflect.get(part, 'input') === 'string' &&
    typeof Reflect.get(part, 'output') === 'string' &&
    typeof Reflect.get(part, 'topology') === 'object' &&
    Array.isArray(sizes) &&
    sizes.every((size) => Number.isSafeInteger(size)) &&
    Array.isArray(specs) &&
    specs.every((spec: unknown) => isSpec(spec))
  );
}

function isSpec(spec: unknown): boolean {
  if (spec === null || typeof spec !== 'object') return false;
  const shape: unknown = Reflect.get(spec, 'shape');
  return typeof Reflect.get(spec, 'name') === 'string' && Array.isArray(shape) && shape.every(Number.isSafeInteger);
}
