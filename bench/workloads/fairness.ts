// A queue that one noisy tenant has filled: how long another tenant's message waits behind its 100,000, and what being fair costs.
import { setTimeout as pause } from 'node:timers/promises';
import { migrate } from '../../migrations/migrate.ts';
import { on } from '../../queue/declare/handler.ts';
import { defineMessageType } from '../../queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '../../queue/declare/queue.ts';
import { defineRegistry } from '../../queue/declare/registry.ts';
import { drain } from '../../queue/drain/drain.ts';
import { enqueueMessages } from '../../queue/routines/enqueue.ts';
import { uuidV7 } from '../../queue/routines/uuid-v7.ts';
import { payload, payloadSchema } from '../message.ts';
import { latencies } from '../percentile.ts';
import { jsonLinesLog } from '../systems/json-lines-log.ts';
import { openTransport } from '../systems/millrace-database.ts';
import { batch, fewRounds, type Run, scaled, type Workload } from '../workload.ts';
import { disconnect, withPort } from '../workspace.ts';

const system = 'Millrace over TCP';
const database = 'fairness';
const type = defineMessageType({ name: 'bench.message', payload: payloadSchema });
const quietMessages = 40;
const quietGapMs = 100;

type Key = (n: number) => string | undefined;
const noisy: Key = () => 'noisy';

export const fairness: Workload = {
  name: 'fairness',
  async run(run) {
    const count = scaled(run, 100_000);
    for (let round = 1; round <= fewRounds(run); round += 1) await measureRound(run, round, count);
  },
};

type Policy = Pick<QueuePolicy, 'fair'> &
  Partial<Pick<QueuePolicy, 'maxInFlightPerKey' | 'ratePerKey'>>;

const manyStarts = { starts: 100_000, perSeconds: 1 };
const tenStarts = { starts: 10, perSeconds: 1 };
const tenants: Key = (n) => `tenant-${n % 1000}`;
const scenes: readonly (readonly [variant: string, policy: Policy, key: Key])[] = [
  ['not fair', { fair: false }, noisy],
  ['fair, one key', { fair: true }, noisy],
  ['fair, 1,000 keys', { fair: true }, tenants],
  ['fair, a key for each', { fair: true }, (n) => `tenant-${n}`],
  ['fair, 1,000 keys, 10 of each at once', { fair: true, maxInFlightPerKey: 10 }, tenants],
  ['fair, 1,000 keys, a rate that none reaches', { fair: true, ratePerKey: manyStarts }, tenants],
  // Of 100 messages a key has 10 at once and 90 in the 9 seconds after that: more than 11,111 a second it cannot be.
  ['fair, 1,000 keys, 10 starts a second of each', { fair: true, ratePerKey: tenStarts }, tenants],
];

async function measureRound(run: Run, round: number, count: number): Promise<void> {
  const record = (workload: string, variant: string, values: Record<string, number>) =>
    run.record({ workload, variant, system, round, values });
  for (const fair of [false, true])
    record(
      'a message behind a noisy tenant',
      fair ? 'fair' : 'not fair',
      latencies(await dwellTimes(run, { fair }, count)),
    );
  for (const [variant, policy, key] of scenes)
    record('drain a fair queue', variant, await throughput(run, policy, key, count));
}

/** From the enqueue of each message of the quiet tenant to its handler, which takes 10 ms, while the noisy one's are drained. */
async function dwellTimes(run: Run, policy: Policy, count: number): Promise<number[]> {
  const handledAt = new Map<string, number>();
  const handler = async ({
    id,
    headers,
  }: {
    id: string;
    headers: Readonly<Record<string, string>>;
  }) => {
    if (headers['quiet']) handledAt.set(id, performance.now());
    await pause(10);
  };
  return inQueue(run, policy, handler, async ({ enqueue, drain }) => {
    await enqueue(count, noisy);
    const drained = drain();
    const sentAt = new Map<string, number>();
    for (let n = 0; n < quietMessages; n += 1) {
      await pause(quietGapMs);
      const at = performance.now();
      for (const id of await enqueue(1, () => 'quiet', { quiet: 'yes' })) sentAt.set(id, at);
    }
    await drained;
    // Those that came when it had ended.
    await drain();
    return Array.from(sentAt, ([id, at]) => (handledAt.get(id) ?? Number.NaN) - at);
  });
}

const throughput = (run: Run, policy: Policy, key: Key, count: number) =>
  inQueue(
    run,
    policy,
    async () => {},
    async ({ enqueue, drain }) => {
      const startedAt = performance.now();
      await enqueue(count, key);
      const enqueuedAt = performance.now();
      await drain();
      const perSecond = (ms: number) => count / (ms / 1000);
      return {
        enqueuedPerSecond: perSecond(enqueuedAt - startedAt),
        messagesPerSecond: perSecond(performance.now() - enqueuedAt),
      };
    },
  );

interface Bench {
  /** Answers the ids. */
  enqueue(count: number, key: Key, headers?: Record<string, string>): Promise<string[]>;
  drain(): Promise<void>;
}

async function inQueue<Result>(
  { server, endpoint }: Run,
  policy: Policy,
  handler: (message: { id: string; headers: Readonly<Record<string, string>> }) => Promise<void>,
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  await server.admin.query(`create database ${database}`);
  const url = server.urlOf(database);
  const registry = defineRegistry({
    queues: [
      defineQueue({
        name: 'bench',
        policy: { ...policy, concurrency: 50 },
        subscriptions: [on(type, handler)],
      }),
    ],
  });
  const log = jsonLinesLog();
  const neon = withPort(url, endpoint.port);
  await migrate({ url: neon, registry, log });
  const { close, ...opened } = await openTransport('tcp', { postgres: url, neon });
  try {
    return await work({
      enqueue: async (count, key, headers) => {
        const ids: string[] = [];
        for (let from = 0; from < count; from += batch) {
          const messages = Array.from({ length: Math.min(batch, count - from) }, (_, n) => {
            const fairnessKey = key(from + n);
            return {
              ...{ id: uuidV7(), type: type.name, payload: payload(from + n) },
              ...(fairnessKey !== undefined && { fairnessKey }),
              ...(headers && { headers }),
            };
          });
          ids.push(...messages.map(({ id }) => id));
          await enqueueMessages(opened, messages);
        }
        return ids;
      },
      drain: async () => {
        const endsAt = performance.now() + 15 * 60_000;
        await drain({
          database: opened,
          registry,
          log,
          remainingMs: () => endsAt - performance.now(),
        });
      },
    });
  } finally {
    await close();
    await disconnect(server, database);
    await server.admin.query(`drop database ${database} with (force)`);
  }
}
