// From an HTTP request to the end of the last handler where an enqueue wakes the consumer, with the cloud's tick of a minute:
// a request a second, and two hundred, each a message to one queue.
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from '../../queue/database.ts';
import { type LocalMillrace, startLocalMillrace } from '../local-millrace.ts';
import { latencies } from '../percentile.ts';
import type { Run, Workload } from '../workload.ts';
import { disconnect, withPort } from '../workspace.ts';

const rates = [
  { perSecond: 1, seconds: 60 },
  { perSecond: 200, seconds: 15 },
];
/** Goes to one queue, whose handler makes one statement: all of it runs in one process here. */
const captured = (n: number) => ({ orderId: `order-${n}`, amountCents: n });
/** Until what they run is compiled. */
const warmUp = { perSecond: 200, count: 2_000 };
const database = 'eager';
const system = 'Millrace, npm start --eager';

export const eager: Workload = {
  name: 'eager',
  async run(run) {
    for (const { perSecond, seconds } of rates) {
      const count = Math.max(5, Math.round(perSecond * seconds * run.scale));
      const values = await inDatabase(run, (url) => timeHandling(url, { perSecond, count }, run));
      const variant = `${perSecond} a second`;
      run.record({ workload: 'eager', variant, system, round: 1, values });
    }
  },
};

async function inDatabase<Value>(
  { server }: Run,
  work: (url: string) => Promise<Value>,
): Promise<Value> {
  await server.admin.query(`create database ${database}`);
  try {
    return await work(server.urlOf(database));
  } finally {
    await disconnect(server, database);
    await server.admin.query(`drop database ${database} with (force)`);
  }
}

interface Load {
  readonly perSecond: number;
  readonly count: number;
}

async function timeHandling(url: string, load: Load, { endpoint }: Run) {
  const local = await startLocalMillrace(url, ['--every', '1m', '--eager']);
  const stored = openDatabase(withPort(url, endpoint.port));
  try {
    await postAll(local, warmUp);
    await handled(stored);
    const since = Date.now();
    const posted = await postAll(local, load);
    const finished = await handled(stored);
    const durations = [...posted].map(([id, at]) => (finished.get(id) ?? Number.NaN) - at);
    const seconds = (Math.max(...finished.values()) - since) / 1000;
    return { ...latencies(durations), drainsPerSecond: (await drains(stored, since)) / seconds };
  } finally {
    await local.stop();
  }
}

/** At random moments, as callers come; answers when each message's request began. */
async function postAll(local: LocalMillrace, { perSecond, count }: Load) {
  const posted = new Map<string, number>();
  const posting: Promise<unknown>[] = [];
  let due = performance.now();
  for (let n = 0; n < count; n += 1) {
    due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const at = Date.now();
    posting.push(local.post('payment.captured', captured(n)).then((id) => posted.set(id, at)));
  }
  await Promise.all(posting);
  return posted;
}

/** Waits until nothing is live, and answers when the last delivery of each message ended, by the machine's one clock. */
async function handled(stored: Database): Promise<Map<string, number>> {
  while ((await stored.query('select from millrace.delivery limit 1')).length > 0) await pause(100);
  const rows = await stored.query<{ id: string; at: number }>(
    `select a.message_id as id, extract(epoch from max(a.finished_at))::float8 * 1000 as at
     from millrace.attempt_log a
     group by a.message_id`,
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** How many drains have done something since. */
async function drains(stored: Database, since: number): Promise<number> {
  const [row] = await stored.query<{ count: number }>(
    `select count(distinct l.ended_at)::integer as count
     from millrace.drain_log l
     where l.ended_at > to_timestamp($1::float8 / 1000)`,
    [since],
  );
  return row?.count ?? 0;
}
