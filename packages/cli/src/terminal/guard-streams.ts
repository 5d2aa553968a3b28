import { format } from 'node:util';

/** What tfjs's cpu engine says to every Node user. The choice of engine is made on purpose here, so it is noise. */
const BANNER = 'Hi, looks like you are running TensorFlow.js in Node.js';

/**
 * Make the streams safe for pipes: a reader that closes early (`graft … | head`) is no error, and only results reach
 * stdout, whatever a library logs. Of all warnings, exactly TensorFlow.js's Node banner is dropped.
 */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const toStderr = (...parts: unknown[]): void => {
    process.stderr.write(`${format(...parts)}\n`);
  };
  const { warn } = console;
  console.log = toStderr;
  console.info = toStderr;
  console.debug = toStderr;
  console.warn = (...parts: unknown[]): void => {
    if (typeof parts[0] === 'string' && parts[0].includes(BANNER)) return;
    warn(...parts);
  };
}
