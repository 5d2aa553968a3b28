import type { ActiveBackend } from '../backend/use-backend.js';
import { TENSORFLOW_VERSION } from '../backend/one-tensorflow.js';
import type { EnvironmentRecord } from './experiment-record.js';

/**
 * What a record says of the machine that made it, and how long it took. Works in Node and in browsers.
 *
 * @param graftVersion the version of the package or program that writes the record
 * @param startedAt when the work began; it ends now
 */
export function environmentOf(backend: ActiveBackend, graftVersion: string, startedAt: Date): EnvironmentRecord {
  return {
    graft: graftVersion,
    tfjs: TENSORFLOW_VERSION,
    backend: backend.name,
    backendDetails: backend.details,
    ...runtime(),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
}

function runtime(): { runtime: string; platform: string } {
  const process = member(globalThis, 'process');
  const version = member(process, 'version');
  if (typeof version === 'string') {
    return {
      runtime: `Node ${version}`,
      platform: `${String(member(process, 'platform'))} ${String(member(process, 'arch'))}`,
    };
  }
  const agent = member(member(globalThis, 'navigator'), 'userAgent');
  return { runtime: typeof agent === 'string' ? agent : 'unknown', platform: 'browser' };
}

/** A property of something that may not be there: browsers have no `process`, older Node no `navigator`. */
function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
