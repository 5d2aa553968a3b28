import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

// Ctrl-C reaches the children too; this process waits for them to leave in order.
const wait = () => undefined;
let running = 0;

/**
 * Run a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean }} [options] `show` passes its output on as it
 *   comes; otherwise it is only collected
 * @returns {Promise<{ code: number, output: string }>} the exit code (128 + n when signal n ended it) and, unless
 *   shown, what it printed
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    // npx is a batch file on Windows, which only a shell can start.
    const shell = process.platform === 'win32' && command === 'npx';
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell,
    });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', reject);
    if (running === 0) process.on('SIGINT', wait);
    running += 1;
    child.on('close', (code, signal) => {
      running -= 1;
      if (running === 0) process.off('SIGINT', wait);
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output });
    });
  });
}

/**
 * Run one of the tools in the root's node_modules/.bin.
 *
 * @param {string} name
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean }} [options]
 */
export function tool(name, args, options = {}) {
  const suffix = process.platform === 'win32' ? '.cmd' : '';
  return run(`${ROOT}/node_modules/.bin/${name}${suffix}`, args, options);
}
