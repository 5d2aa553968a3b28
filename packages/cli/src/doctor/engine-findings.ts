import { cpus } from 'node:os';
import { GraftError, messageOf, useBackend, type Backend } from '@graft-ml/core';
import type { PageMessage } from '../page/requests.js';
import type { Finding } from './finding.js';

/** Start each engine and say what it says of itself, or why it does not start. Cpu and wasm must; the others may. */
export async function engineFindings(backends: readonly Backend[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const backend of backends) {
    const about = `engine ${backend.name}`;
    try {
      const { details } = await useBackend(backend);
      findings.push({ about, state: 'ok', found: factsOf(details), details, ...adviceOn(backend.name, details) });
    } catch (thrown) {
      const isNeeded = backend.name === 'cpu' || backend.name === 'wasm';
      findings.push({ about, state: isNeeded ? 'problem' : 'absent', ...refusalOf(thrown) });
    }
  }
  return findings;
}

/** The same of a browser's engines. */
export function browserFindings(answer: PageMessage & { readonly kind: 'engines' }): Finding[] {
  const version = /Chrom\w+\/[\d.]+/.exec(answer.browser)?.[0] ?? answer.browser;
  return [
    ...answer.engines.map(({ name, details, why }): Finding => {
      const about = `browser engine ${name}`;
      if (details === undefined) return { about, state: 'absent', found: why ?? 'It does not start.' };
      return { about, state: 'ok', found: factsOf(details), details, ...adviceOn(name, details) };
    }),
    {
      about: 'cross-origin isolation',
      state: answer.isolated ? 'ok' : 'problem',
      found: `${version}: a page with COOP and COEP headers is ${answer.isolated ? '' : 'not '}isolated`,
      advice:
        'For threads of wasm, serve your pages with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
      details: { isolated: answer.isolated },
    },
  ];
}

type Details = NonNullable<Finding['details']>;

function adviceOn(name: string, details: Details): { advice?: string } {
  const renderer = `${String(details['adapter'] ?? '')}${String(details['renderer'] ?? '')}`;
  if (details['software'] === true || /swiftshader|llvmpipe/i.test(renderer)) {
    return {
      advice: 'This computes on the CPU: wasm is faster. Install the graphics card’s driver if there is a card.',
    };
  }
  if (!name.startsWith('wasm')) return {};
  if (details['simd'] === false) return { advice: 'Without SIMD wasm is slow: use Node 20 or newer.' };
  if (details['relaxedSimd'] === false) return { advice: 'Node 22 and newer have relaxed SIMD, which is faster.' };
  if (name === 'wasm' && cpus().length > 1) {
    return {
      advice: `wasm({ threads: ${Math.min(8, cpus().length)} }) uses more of this machine’s ${cpus().length} processors.`,
    };
  }
  return {};
}

function refusalOf(thrown: unknown): Pick<Finding, 'found' | 'advice'> {
  if (!(thrown instanceof GraftError)) return { found: messageOf(thrown) };
  return { found: thrown.what, ...(thrown.remedy === undefined ? {} : { advice: thrown.remedy }) };
}

function factsOf(details: Details): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
