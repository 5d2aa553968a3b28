export { jobClient, type JobClient, type RunOptions } from './job-client.js';
export type { Port } from './port.js';
export { serveJobs, type JobContext, type JobHandlers } from './serve-jobs.js';
