import { sha256OfText, type Network } from '@graft-ml/core';
import { dependsOnTotal } from '../schedules/schedule.js';
import { refuse } from '../refuse.js';
import type { Plan } from '../loop/plan.js';

/** What makes two runs the same run: a checkpoint of one may only go on in the other when all of these are equal. */
export type RunIdentity = Readonly<Record<string, string>>;

export async function runIdentity(plan: Plan): Promise<RunIdentity> {
  const { optimizer, loss, schedule, groups } = plan;
  return {
    network: await networkFingerprint(plan.network),
    seed: String(plan.seed),
    data: await plan.data.fingerprint(),
    'batch size': String(plan.batchSize),
    optimizer: JSON.stringify(optimizer),
    loss: JSON.stringify(loss),
    schedule: JSON.stringify(schedule),
    'terms and followers': [plan.lossWeight, ...[...plan.terms, ...plan.followers].map(({ name }) => name)].join(' '),
    'clip norm': String(plan.clipNorm),
    'trained weights': plan.trained.map((weight) => weight.name).join(' '),
    'parameter groups': JSON.stringify(
      groups.map((group) => [group.learningRate, group.weightDecay, group.weights.map(({ name }) => name)]),
    ),
    // A run may be lengthened, unless its learning rates depend on its length.
    ...(dependsOnTotal(schedule) ? { steps: String(plan.steps) } : {}),
  };
}

/** @throws GraftError `bad-input` naming everything that differs */
export function assertSameRun(saved: RunIdentity, wanted: RunIdentity, from: string): void {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(saved)])];
  const differing = keys.filter((key) => saved[key] !== wanted[key]);
  if (differing.length === 0) return;
  const details = differing.map((key) => `${key} (checkpoint: ${brief(saved[key])}; now: ${brief(wanted[key])})`);
  refuse(
    `${from} is a checkpoint of another run. It differs in ${details.join(', ')}.`,
    'A run is resumed with the network, data, seed and settings that it began with.',
    'Put them back, or train without resume elsewhere.',
  );
}

/** A sha256 of the network's structure: its layers, how they are connected, and its weights' names and shapes. */
function networkFingerprint(network: Network): Promise<string> {
  const numbers = new Map<number, number>();
  const local = (slot: number): number => {
    const number = numbers.get(slot) ?? numbers.size;
    numbers.set(slot, number);
    return number;
  };
  const inputs = network.inputs.map(local);
  const nodes = network.nodes.map((node) => [node.path, node.kind, node.inputs.map(local), node.outputs.map(local)]);
  const weights = network.weights.map((weight) => [weight.name, weight.shape]);
  return sha256OfText(JSON.stringify({ inputs, nodes, weights, outputs: network.outputs.map(local) }));
}

function brief(value: string | undefined): string {
  if (value === undefined) return 'none';
  return value.length > 60 ? `${value.slice(0, 57)}…` : value;
}
