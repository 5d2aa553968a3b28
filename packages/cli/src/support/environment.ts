import { TENSORFLOW_VERSION, type ActiveBackend, type EnvironmentRecord } from '@graft-ml/core';
import { graftVersion } from '../version.js';

/** What a record says of the machine that made it. */
export function environmentOf(backend: ActiveBackend, startedAt: Date): EnvironmentRecord {
  return {
    graft: graftVersion(),
    tfjs: TENSORFLOW_VERSION,
    backend: backend.name,
    backendDetails: backend.details,
    runtime: `Node ${process.version}`,
    platform: `${process.platform} ${process.arch}`,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
}
