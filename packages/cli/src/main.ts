import { CommanderError } from 'commander';
import type { Context, Session } from './context.js';
import { EXIT } from './exit-codes.js';
import { createProgram } from './program.js';
import { describeError } from './terminal/describe-error.js';
import { guardStreams } from './terminal/guard-streams.js';
import { onInterrupt } from './terminal/on-interrupt.js';
import { createTerminal } from './terminal/terminal.js';

/**
 * The `graft` command.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 done, 1 failed, 2 bad input, 130 cancelled
 */
export async function main(argv: readonly string[]): Promise<number> {
  guardStreams();
  let session: Session | undefined;
  const interrupt = onInterrupt((text) => {
    (session?.terminal ?? createTerminal({ quiet: false })).warn(text);
  });
  const context: Context = {
    exitCode: EXIT.done,
    open({ quiet }) {
      session = { terminal: createTerminal({ quiet: quiet === true }), signal: interrupt.signal };
      return session;
    },
  };
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' });
    return context.exitCode;
  } catch (thrown) {
    // commander has written its own message, with near names.
    if (thrown instanceof CommanderError) return isRequestForHelp(thrown.code) ? EXIT.done : EXIT.badInput;
    const { lines, exitCode } = describeError(thrown);
    const terminal = session?.terminal ?? createTerminal({ quiet: false });
    terminal.warn(lines.join('\n'));
    if (process.env['GRAFT_DEBUG'] === '1' && thrown instanceof Error) terminal.warn(stacksOf(thrown));
    return exitCode;
  } finally {
    session?.terminal.endProgress();
    interrupt.stop();
  }
}

function isRequestForHelp(code: string): boolean {
  return code === 'commander.helpDisplayed' || code === 'commander.version';
}

/** An error's stack and those of its causes. */
function stacksOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stacksOf(error.cause)}` : stack;
}
