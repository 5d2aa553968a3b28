import { cpus, totalmem } from 'node:os';
import { throwIfCancelled } from '@graft-ml/core';
import { cacheFolder } from '@graft-ml/core/node';
import type { Session } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { askPage } from '../browser/ask-page.js';
import { findBrowser } from '../browser/find-browser.js';
import { cacheFinding } from '../doctor/cache-finding.js';
import { browserFindings, engineFindings } from '../doctor/engine-findings.js';
import type { Finding } from '../doctor/finding.js';
import { copiesFinding, tensorflowCopies } from '../doctor/tensorflow-copies.js';
import { knownBackends, NODE_ENGINES } from '../support/known-backends.js';
import { toJson } from '../terminal/format.js';
import { graftVersion } from '../version.js';

export interface DoctorOptions {
  readonly browser?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `graft doctor`. @returns the exit code: 1 when there is a problem */
export async function examineMachine(options: DoctorOptions, session: Session): Promise<number> {
  const { terminal, signal } = session;
  const cpu = knownBackends(1).get('cpu');
  const findings: Finding[] = [programs()];
  findings.push(copiesFinding(await tensorflowCopies(process.cwd())));
  throwIfCancelled(signal, 'looking at this machine');
  findings.push(...(await engineFindings([...(cpu === undefined ? [] : [cpu]), ...NODE_ENGINES])));
  findings.push(...(options.browser === true ? await ofBrowser(session) : [isolation()]));
  findings.push(await cacheFinding(cacheFolder()));
  terminal.result(options.json === true ? toJson(findings) : findings.map(describe).join('\n'));
  return findings.some(({ state }) => state === 'problem') ? EXIT.failed : EXIT.done;
}

function programs(): Finding {
  const processors = cpus();
  const memoryGB = Math.round(totalmem() / 1e9);
  return {
    about: 'machine',
    state: 'ok',
    found: `Graft ${graftVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memoryGB} GB`,
    details: { graft: graftVersion(), node: process.versions.node, processors: processors.length, memoryGB },
  };
}

/** Without looking: Node has shared memory as it is. */
function isolation(): Finding {
  return {
    about: 'cross-origin isolation',
    state: 'ok',
    found: 'Node needs none for threads; pages do',
    advice: 'graft doctor --browser looks at the engines of a browser.',
  };
}

async function ofBrowser({ signal, terminal }: Session): Promise<Finding[]> {
  const browser = await findBrowser();
  terminal.note(`browser: ${browser}`);
  const answer = await askPage({ kind: 'engines' }, { browser, software: false, signal, onProgress: () => undefined });
  return answer.kind === 'engines' ? browserFindings(answer) : [];
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✓', absent: '–', problem: '✗' };

function describe({ about, state, found, advice }: Finding): string {
  return [`${MARKS[state]} ${about}: ${found}`, ...(advice === undefined ? [] : [`    ${advice}`])].join('\n');
}
