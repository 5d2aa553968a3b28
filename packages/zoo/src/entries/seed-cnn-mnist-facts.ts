import type { WeightFacts } from '../entry.js';

/** Written by `scripts/pin-weights.mjs` from the bundle in `weights/seed-cnn-mnist`; not edited by hand. */
export const seedCnnMnistFacts: WeightFacts = {
  sha256: '63b89410c4b84b5086c12995d952344c9ea1470dac0f0979cd748d3072fec54f',
  testAccuracy: 0.9939,
  provenance: {
    script: 'packages/zoo/scripts/train-seed-cnn-mnist.mjs',
    scriptSha256: '819c2003c06571b33227e5bbf2696b1ca49952f1d6cd74eaeadba4d5746d805b',
    seed: 2026,
    epochs: 8,
    batchSize: 64,
    optimizer: 'adam, learning rate 0.002, cosine to 0',
    data: {
      name: 'mnist/train',
      train: '46fc6915be69b1d4086b8fe86c26952d3beaf8c45324c91512920be453947b24',
      test: 'a877f200368511b9d5be0e2e59c6797ca9a0a89ec226a26f484a131348cecb45',
    },
    backend: 'wasm',
    backendDetails: {
      tensorflow: '4.22.0',
      simd: true,
      relaxedSimd: false,
      threads: 1,
    },
    tfjs: '4.22.0',
  },
};
