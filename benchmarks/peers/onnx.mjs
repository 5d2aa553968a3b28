/*
 * onnxruntime-node on its CPU provider, one thread.      node peers/onnx.mjs <folder that holds its node_modules>
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useBackend } from '@graft-ml/core';
import { wasm } from '@graft-ml/backend-wasm';
import { exportOnnx } from '@graft-ml/zoo/export';
import { formula } from './formula.mjs';
import { mobilenet } from './networks.mjs';
import { serve } from './serve.mjs';

const folder = join(process.argv[2] ?? '', 'node_modules/onnxruntime-node');
const { default: ort } = await import(pathToFileURL(join(folder, 'dist/index.js')).href);

async function start() {
  // Only to make the network's weights.
  await useBackend(wasm());
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { onnxruntime: version, threads: 1, node: process.version };
}

await serve(start, {
  async 'mobilenet-forward'(params) {
    const { batch, side } = params;
    const shape = [batch, 3, side, side];
    const file = await exportOnnx(mobilenet(params));
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const pixels = formula('images', batch * side * side * 3);
    const data = new Float32Array(pixels.length);
    for (let at = 0; at < pixels.length; at++) {
      const pixel = Math.floor(at / 3) % (side * side);
      const image = Math.floor(at / 3 / side / side);
      data[(image * 3 + (at % 3)) * side * side + pixel] = pixels[at];
    }
    const input = new ort.Tensor('float32', data, shape);
    const probabilities = async () => (await session.run({ input }))[session.outputNames[0]].data;
    const values = await probabilities();
    return {
      check: values.reduce((sum, value, at) => sum + value * ((at % 10) + 1), 0),
      run: async () => {
        await probabilities();
      },
      dispose: () => session.release(),
    };
  },
});
process.exit(0);
