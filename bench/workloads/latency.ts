// From an HTTP request to the end of the last handler, with a tick every second; and what the request itself costs.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { registry } from '../../handlers/registry.ts';
import { migrate } from '../../migrations/migrate.ts';
import { openDatabase } from '../../queue/database.ts';
import { httpFunction } from '../http-function.ts';
import { type LocalMillrace, startLocalMillrace } from '../local-millrace.ts';
import { payload } from '../message.ts';
import { latencies, median, timeEach } from '../percentile.ts';
import { jsonLinesLog } from '../systems/json-lines-log.ts';
import type { Run, Workload } from '../workload.ts';
import { disconnect, withPort } from '../workspace.ts';

const requests = 500;
/** Until what they run is compiled. */
const warmUps = 500;
const messages = 40;
const longestGapMs = 500;
const database = 'latency';
const system = 'Millrace, npm start';

export const latency: Workload = {
  name: 'latency',
  async run(run) {
    const record = (workload: string, values: Record<string, number>) =>
      run.record({ workload, variant: '', system, round: 1, values });
    await inDatabase(run, async (url) =>
      record('enqueue by HTTP', await timeFunction(withPort(url, run.endpoint.port))),
    );
    await inDatabase(run, async (url) =>
      record('from HTTP to handled', latencies(await timeHandling(url))),
    );
  },
};

async function inDatabase({ server }: Run, work: (url: string) => Promise<void>): Promise<void> {
  await server.admin.query(`create database ${database}`);
  try {
    await work(server.urlOf(database));
  } finally {
    await disconnect(server, database);
    await server.admin.query(`drop database ${database} with (force)`);
  }
}

/** The same enqueue by the function behind POST /v1/messages and by a bare call of the driver, in turns. */
async function timeFunction(url: string) {
  await migrate({
    url,
    registry,
    log: jsonLinesLog(),
    applicationTables: join(import.meta.dirname, '../../handlers/tables'),
  });
  const bare = openDatabase(url);
  const [made] = await bare.query<{ key: string }>(
    `select millrace.create_api_key('bench', '{enqueue:*}') as key`,
  );
  const call = 'select millrace.enqueue($1, $2::jsonb) as id';
  const callDriver = (n: number) => bare.query(call, ['order.placed', JSON.stringify(payload(n))]);
  const callFunction = httpFunction(url, made?.key ?? '');
  const inFunction: number[] = [];
  const inDriver: number[] = [];
  for (let n = 0; n < warmUps + requests; n += 1) {
    inFunction.push(...(await timeEach(1, () => callFunction(payload(n)))));
    inDriver.push(...(await timeEach(1, () => callDriver(n))));
  }
  const functionP50Ms = median(inFunction.slice(warmUps));
  const callP50Ms = median(inDriver.slice(warmUps));
  return { functionP50Ms, callP50Ms, overheadP50Ms: functionP50Ms - callP50Ms };
}

/** Orders at random moments between ticks, as callers place them. */
async function timeHandling(url: string): Promise<number[]> {
  const local = await startLocalMillrace(url, ['--every', '1s']);
  try {
    const posted: { id: string; at: number }[] = [];
    for (let n = 0; n < messages; n += 1) {
      await pause(Math.random() * longestGapMs);
      const at = Date.now();
      posted.push({ id: await local.post('order.placed', payload(n)), at });
    }
    return await Promise.all(
      posted.map(async ({ id, at }) => (await whenFinished(local, id)) - at),
    );
  } finally {
    await local.stop();
  }
}

async function whenFinished(local: LocalMillrace, id: string): Promise<number> {
  for (;;) {
    const finishedAt = await local.finishedAt(id);
    if (finishedAt !== undefined) return finishedAt;
    await pause(100);
  }
}
