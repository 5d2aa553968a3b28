import { wasm } from '@graft-ml/backend-wasm';
import { useBackend } from '@graft-ml/core';
import { serveJobs } from '../../src/worker/index.js';
import { toyJobs } from './toy-jobs.js';

const jobs = {
  ...toyJobs,
  async start(): Promise<string> {
    return (await useBackend(wasm())).engine;
  },
};
export type ToyWorkerJobs = typeof jobs;

serveJobs(jobs);
