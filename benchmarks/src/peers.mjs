import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PeerProcess } from './peer-process.mjs';

/**
 * @typedef {object} Peer
 * @property {string} id
 * @property {string} family `graft`, or what Graft is compared with
 * @property {number} threads
 * @property {string} title
 * @property {() => Promise<PeerProcess>} start throws an Error that says why it cannot
 */

const script = (/** @type {string} */ name) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
/** Where the heavy peers are installed on demand, outside the workspace. */
export const PEERS_FOLDER = fileURLToPath(new URL('../.peers/', import.meta.url));

/** What `--install` installs there. */
export const INSTALLED = { '@jax-js/jax': '0.1.25', 'onnxruntime-node': '1.23.2' };

/**
 * Every peer, whether it can be had here or not.
 *
 * @param {{ nodes: readonly string[], threads: readonly number[] }} options `nodes`: binaries to run Graft with
 * @returns {Peer[]}
 */
export function allPeers({ nodes, threads }) {
  const graft = nodes.flatMap((node) =>
    threads.map((count) => {
      const version = versionOf(node);
      return peer('graft', count, `Graft, Node ${version}`, node, [script('graft.mjs'), String(count)], `-${version}`);
    }),
  );
  const composed = peer('composed', 1, 'Graft, ops composed', process.execPath, [script('graft.mjs'), '1', 'composed']);
  const torch = threads.map((count) =>
    peer('torch', count, 'PyTorch', python(), [script('torch_peer.py'), String(count)]),
  );
  const others = threads.includes(1)
    ? [
        peer('tfjs', 1, 'stock tfjs WASM', process.execPath, [script('tfjs.mjs')]),
        peer('jax', 1, '@jax-js/jax WASM', process.execPath, [script('jax.mjs'), PEERS_FOLDER], '', '@jax-js/jax'),
        peer(
          'onnx',
          1,
          'onnxruntime-node',
          process.execPath,
          [script('onnx.mjs'), PEERS_FOLDER],
          '',
          'onnxruntime-node',
        ),
      ]
    : [];
  return [...graft, ...torch, ...others, composed];
}

/**
 * @param {string} family
 * @param {number} threads
 * @param {string} title
 * @param {string | undefined} command
 * @param {string[]} args
 * @param {string} [suffix] of the id
 * @param {keyof typeof INSTALLED} [needs]
 * @returns {Peer}
 */
function peer(family, threads, title, command, args, suffix = '', needs) {
  return {
    id: `${family}${suffix}${threads === 1 ? '' : `-${threads}t`}`,
    family,
    threads,
    title: threads === 1 ? title : `${title}, ${threads} threads`,
    async start() {
      if (command === undefined) throw new Error('no python3 with torch was found; set GRAFT_PYTHON');
      if (needs !== undefined && !existsSync(new URL(`node_modules/${needs}`, `file://${PEERS_FOLDER}`))) {
        throw new Error('not installed; npm run bench -- --install');
      }
      const started = new PeerProcess(command, args);
      try {
        await started.ready();
      } catch (thrown) {
        started.close();
        throw thrown;
      }
      return started;
    },
  };
}

/** @param {string} node */
function versionOf(node) {
  if (node === process.execPath) return process.versions.node.split('.')[0] ?? '';
  const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`"${node}" is no Node binary.`);
  return stdout.trim().slice(1).split('.')[0] ?? '';
}

/** The first python3 that can import torch. */
function python() {
  const candidates = [process.env['GRAFT_PYTHON'], '/usr/bin/python3', 'python3'];
  return candidates.find(
    (each) => each !== undefined && spawnSync(each, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}
