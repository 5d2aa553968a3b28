import type { DatasetEntry } from './entry.js';
import { mnistFiles } from './mnist-files.js';

/** Handwritten digits. */
export const mnist: DatasetEntry = {
  name: 'mnist',
  summary: 'Handwritten digits, 28×28 greyscale, white on black',
  embedded: false,
  files: mnistFiles(
    ['https://storage.googleapis.com/cvdf-datasets/mnist/', 'https://ossci-datasets.s3.amazonaws.com/mnist/'],
    {
      trainImages: { bytes: 9_912_422, sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609' },
      trainLabels: { bytes: 28_881, sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c' },
      testImages: { bytes: 1_648_877, sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6' },
      testLabels: { bytes: 4_542, sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6' },
    },
  ),
  inputShape: [28, 28, 1],
  range: [0, 1],
  examples: { train: 60_000, test: 10_000 },
  labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  licence: 'Not stated with the files; the Keras documentation gives CC BY-SA 3.0 (Y. LeCun and C. Cortes)',
  citation:
    'Y. LeCun, L. Bottou, Y. Bengio and P. Haffner: Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11), 2278–2324, 1998.',
  homepage: 'http://yann.lecun.com/exdb/mnist/',
};
