import type { Backend } from '@graft-ml/core';
import { parityNets, trainNet } from '@graft-ml/parity';
import { sameOnBoth } from './both.js';
import type { Check } from './check.js';

/** The networks of `graft parity`: a step or two of Adam. */
export function netChecks(backend: Backend): Check[] {
  return parityNets().map((net) => ({
    name: `training ${net.name} agrees with cpu`,
    async run() {
      // The cpu backend takes two seconds for each step of the seed CNN.
      await sameOnBoth(backend, () => trainNet(net, net.name === 'seed CNN' ? 1 : 3));
    },
  }));
}
