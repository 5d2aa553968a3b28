import { networkOf, predict } from '@graft-ml/core';
import { forward, matmul } from '../inference.mjs';
import { mobilenet } from '../networks.mjs';

export const inferenceKinds = {
  'mobilenet-forward': async (params) => {
    const model = mobilenet(params);
    const network = networkOf(model);
    return forward(
      params,
      (images) => predict(network, [images])[0],
      () => model.dispose(),
    );
  },
  matmul,
};
