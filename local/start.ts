// The command `start`: reads its options, runs the server until it is asked to stop, and answers by its exit code.
import { complain } from './command-line.ts';
import { greeting } from './greeting.ts';
import { type LocalServer, startLocal } from './server.ts';
import { readStartOptions, type StartOptions, usage } from './start-options.ts';
import { stopRequest } from './stop-request.ts';

/** words: what stands behind `start` on the command line. Answers the exit code, and leaves nothing running. */
export async function start(words: readonly string[]): Promise<number> {
  try {
    const options = readStartOptions(words, process.env);
    if (options) await run(options);
    else console.log(usage);
    return 0;
  } catch (error) {
    return complain(error);
  }
}

async function run(options: StartOptions): Promise<void> {
  // A request to stop that comes while it starts takes effect once it has started, so that nothing is left half-way.
  const asked = stopRequest();
  // The functions are bundles, and an error in a handler is to show where it is in the handler's own file.
  process.setSourceMapsEnabled(true);
  const server = await startLocal(options);
  try {
    console.log(greeting(server, options));
    const reason = await Promise.race([asked, crash(server)]);
    console.log(`\nStopping: ${reason}`);
  } finally {
    await server.stop();
  }
}

async function crash({ ended }: LocalServer): Promise<never> {
  await ended;
  throw new Error('Postgres has ended by itself; its log is in the data folder');
}
