// One run: the server, every workload in turn, and the report.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startChild } from './child.ts';
import { enqueueAll } from './enqueueing.ts';
import type { Entry } from './entry.ts';
import { drainAll } from './handling.ts';
import { describeMachine } from './machine.ts';
import type { Options } from './options.ts';
import { writeReport } from './report/write-report.ts';
import type { LeftOut, Results } from './results.ts';
import { startServer } from './server.ts';
import { systemsWith } from './systems/all.ts';
import { inWorkspace, type Run } from './workload.ts';
import { workloads } from './workloads/all.ts';

export async function bench(options: Options): Promise<void> {
  const startedAt = new Date();
  await using parts = new AsyncDisposableStack();
  const server = await startServer(options.postgres);
  parts.defer(server.stop);
  const endpoint = await startChild('neon-endpoint-process.ts', String(server.port));
  parts.defer(endpoint.stop);
  const entries: Entry[] = [];
  const { rounds, long, scale } = options;
  const record = (entry: Entry) => entries.push(entry) && say(line(entry));
  const systems = await systemsWith(options.pgmqFile);
  const leftOut: LeftOut[] = [];
  const leaveOut = (workload: string, why: string) => {
    leftOut.push({ workload, why });
    say(`${workload} is left out: ${why}`);
  };
  const run: Run = { server, endpoint, ...systems, rounds, long, scale, record, leaveOut };
  await warmUp(run);
  const chosen = workloads.filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  );
  for (const workload of chosen) {
    const since = performance.now();
    await workload.run(run);
    say(`${workload.name} took ${Math.round((performance.now() - since) / 1000)} s`);
  }
  const results: Results = {
    startedAt: startedAt.toISOString(),
    minutes: (Date.now() - startedAt.getTime()) / 60_000,
    machine: await describeMachine(server),
    ...{ rounds, scale, long, systems: systems.everyone, entries, leftOut },
  };
  await mkdir(dirname(options.jsonFile), { recursive: true });
  await writeFile(options.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  say(await writeReport([results], false));
}

/** Reports earlier runs as one. */
export async function report({ from, publish }: Options): Promise<void> {
  const texts = await Promise.all(from.map((file) => readFile(file, 'utf8')));
  const runs: Results[] = texts.map((text) => JSON.parse(text));
  say(await writeReport(runs, publish));
}

/** Every system once, unmeasured: no first one pays for compiling what all of them use. */
async function warmUp(run: Run): Promise<void> {
  const count = 2_000;
  for (const system of run.everyone)
    await inWorkspace(run, system, async ({ addresses, shape }) => {
      const client = await system.connect(addresses, shape);
      await enqueueAll(client, count);
      await drainAll(client, count);
      await client.close();
    });
}

function line({ workload, variant, system, round, values }: Entry): string {
  const { messagesPerSecond: rate } = values;
  const result = rate === undefined ? brief(values) : `${Math.round(rate)}/s`;
  return [workload, variant, system, `round ${round}`, result].filter(Boolean).join(' | ');
}

const brief = (values: Entry['values']) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value.toPrecision(3)}`)
    .join(', ');

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
