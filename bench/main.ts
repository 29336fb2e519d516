// npm run bench.
import { bench, report, say } from './bench.ts';
import { type Options, readOptions, usage } from './options.ts';
import { workloads } from './workloads/all.ts';

// By its exit, and not by the signal, this process ends Postgres and the processes beside it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    say(`Stopped by ${signal}`);
    process.exit(130);
  });

const names = workloads.map(({ name }) => name);
const options = optionsOrExit();
if (options && options.from.length > 0) await reportOrExit(options);
else if (options) await bench(options);
else say(`${usage}\n\nWorkloads: ${names.join(', ')}`);
process.exit(0);

function optionsOrExit() {
  try {
    return readOptions(process.argv.slice(2), names);
  } catch (error) {
    return refuse(error);
  }
}

/** Runs that make no page are as wrong an argument as any other. */
function reportOrExit(options: Options): Promise<void> {
  return report(options).catch(refuse);
}

function refuse(error: unknown): never {
  say(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
