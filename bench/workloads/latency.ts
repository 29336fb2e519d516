// From an HTTP request to the end of the last handler, with a tick every second; and what the request itself costs.
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../queue/database.ts';
import { type LocalMillrace, startLocalMillrace } from '../local-millrace.ts';
import { payload } from '../message.ts';
import { latencies, median, timeEach } from '../percentile.ts';
import type { Workload } from '../workload.ts';
import { disconnect, withPort } from '../workspace.ts';

const requests = 300;
const messages = 40;
const longestGapMs = 500;
const database = 'latency';
const system = 'Millrace, npm start';

export const latency: Workload = {
  name: 'latency',
  async run(run) {
    await run.server.admin.query(`create database ${database}`);
    const url = run.server.urlOf(database);
    const local = await startLocalMillrace(url);
    try {
      const values = await timeRequests(local, withPort(url, run.endpoint.port));
      run.record({ workload: 'enqueue by HTTP', variant: '', system, round: 1, values });
      const handled = latencies(await timeHandling(local));
      run.record({
        workload: 'from HTTP to handled',
        variant: '',
        system,
        round: 1,
        values: handled,
      });
    } finally {
      await local.stop();
      await disconnect(run.server, database);
      await run.server.admin.query(`drop database ${database} with (force)`);
    }
  },
};

/** The same enqueue by HTTP and by a bare call of the driver, in turns. */
async function timeRequests(local: LocalMillrace, url: string) {
  const bare = openDatabase(url);
  const enqueue = 'select millrace.enqueue($1, $2::jsonb) as id';
  const durations: { request: number; call: number }[] = [];
  for (let n = 0; n < requests; n += 1) {
    const [request = 0] = await timeEach(1, () => local.post(payload(n)));
    const [call = 0] = await timeEach(1, () =>
      bare.query(enqueue, ['order.placed', JSON.stringify(payload(n))]),
    );
    durations.push({ request, call });
  }
  const requestP50Ms = median(durations.map(({ request }) => request));
  const callP50Ms = median(durations.map(({ call }) => call));
  return { requestP50Ms, callP50Ms, overheadP50Ms: requestP50Ms - callP50Ms };
}

/** At random moments between ticks, as callers do. */
async function timeHandling(local: LocalMillrace): Promise<number[]> {
  const posted: { id: string; at: number }[] = [];
  for (let n = 0; n < messages; n += 1) {
    await pause(Math.random() * longestGapMs);
    const at = Date.now();
    posted.push({ id: await local.post(payload(n)), at });
  }
  return Promise.all(posted.map(async ({ id, at }) => (await whenFinished(local, id)) - at));
}

async function whenFinished(local: LocalMillrace, id: string): Promise<number> {
  for (;;) {
    const finishedAt = await local.finishedAt(id);
    if (finishedAt !== undefined) return finishedAt;
    await pause(100);
  }
}
