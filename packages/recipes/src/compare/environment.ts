import { TENSORFLOW_VERSION, type ActiveBackend, type EnvironmentRecord } from '@graft-ml/core';

/** What a record says of the machine that made it. Works in Node and in browsers. */
export function environmentOf(
  backend: ActiveBackend,
  graftVersion: string,
  startedAt: Date,
  seconds: number,
): EnvironmentRecord {
  return {
    graft: graftVersion,
    tfjs: TENSORFLOW_VERSION,
    backend: backend.name,
    backendDetails: backend.details,
    ...runtime(),
    startedAt: startedAt.toISOString(),
    seconds,
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
