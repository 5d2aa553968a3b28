import type { DatasetEntry } from './entry.js';
import { mnistFiles } from './mnist-files.js';

/** Pictures of garments, made to take MNIST's place. */
export const fashionMnist: DatasetEntry = {
  name: 'fashion-mnist',
  summary: 'Pictures of garments, 28×28 greyscale, on black',
  embedded: false,
  files: mnistFiles(
    [
      'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    ],
    {
      trainImages: { bytes: 26_421_880, sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84' },
      trainLabels: { bytes: 29_515, sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845' },
      testImages: { bytes: 4_422_102, sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073' },
      testLabels: { bytes: 5_148, sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5' },
    },
  ),
  inputShape: [28, 28, 1],
  range: [0, 1],
  examples: { train: 60_000, test: 10_000 },
  labels: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  licence: 'MIT (Zalando SE)',
  citation:
    'H. Xiao, K. Rasul and R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747, 2017.',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
};
