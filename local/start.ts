// The program behind npm start: reads its options, runs the server until it is asked to stop, and answers by its exit code.
import { complain } from './command-line.ts';
import { greeting } from './greeting.ts';
import { type LocalServer, startLocal } from './server.ts';
import { readStartOptions, type StartOptions, usage } from './start-options.ts';
import { stopRequest } from './stop-request.ts';

try {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options) await run(options);
  else console.log(usage);
  process.exit(0);
} catch (error) {
  process.exit(complain(error));
}

async function run(options: StartOptions): Promise<void> {
  // A request to stop that comes while it starts takes effect once it has started, so that nothing is left half-way.
  const asked = stopRequest();
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
