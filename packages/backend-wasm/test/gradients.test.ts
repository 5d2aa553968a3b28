import { beforeAll, describe, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { checkGradients, differentiableNetworks } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

describe('gradients agree with central differences', () => {
  test.each(differentiableNetworks)('$name', async (network) => {
    await checkGradients(network);
  });
});
