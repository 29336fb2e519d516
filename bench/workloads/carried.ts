// Queues on SQS: relaying beside a plain drain, what Postgres does for messages that SQS delivers, and how fast those are handled
// that a crash has left.
import { setTimeout as pause } from 'node:timers/promises';
import type { QueuePolicy } from '../../queue/declare/queue.ts';
import { receiveBatch } from '../../queue/receive/receive-batch.ts';
import type { Received } from '../../queue/receive/received.ts';
import { enqueueMessages } from '../../queue/routines/enqueue.ts';
import { uuidV7 } from '../../queue/routines/uuid-v7.ts';
import { carriedRegistry, moveToSqs, relayAll, startAcceptingSqs } from '../carried-queue.ts';
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { payloads } from '../message.ts';
import type { System } from '../system.ts';
import { jsonLinesLog } from '../systems/json-lines-log.ts';
import type { OpenDatabase } from '../systems/millrace-database.ts';
import { typeName } from '../systems/millrace-registry.ts';
import {
  batch,
  fewRounds,
  inWorkspace,
  type Run,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';

const workload = 'drain by engine';

export const carried: Workload = {
  name: 'carried',
  async run(run) {
    const system = run.contenders.find(({ family }) => family === 'millrace');
    if (!system) throw new Error('Millrace is not among the systems');
    for (let round = 1; round <= fewRounds(run); round += 1) {
      await handled(run, system, round);
      for (const callMs of [0, 10]) await relayed(run, system, round, callMs);
      for (const reception of receptions) await received(run, system, round, reception);
    }
  },
};

interface Reception {
  readonly variant: string;
  readonly policy?: Partial<QueuePolicy>;
  /** How often SQS delivers each, this time included. More than once: whoever had it before has ended without a word. */
  readonly deliveries?: number;
  /** What the handler takes, in milliseconds. */
  readonly workMs?: number;
}

const receptions: readonly Reception[] = [
  { variant: 'received, history all' },
  { variant: 'received, once', policy: { once: true } },
  { variant: 'received, history of failures', policy: { history: 'failures' } },
  { variant: 'received, handlers of 20 ms', workMs: 20 },
  { variant: 'received after a crash, handlers of 20 ms', workMs: 20, deliveries: 2 },
];

const handled = (run: Run, system: System, round: number) =>
  inWorkspace(run, system, async (workspace) => {
    const count = scaled(run, 50_000);
    await measure(run.server, workspace, (client) => enqueueAll(client, count));
    const sample = await measure(run.server, workspace, (client) => drainAll(client, count));
    recorder(run, system, round)(workload, sample, 'handled from Postgres');
  });

const relayed = (run: Run, system: System, round: number, callMs: number) =>
  inWorkspace(run, system, async (workspace) => {
    const count = scaled(run, 50_000);
    const sqs = await startAcceptingSqs(callMs);
    const registry = carriedRegistry();
    const database = await moveToSqs(workspace.addresses, registry);
    try {
      await measure(run.server, workspace, (client) => enqueueAll(client, count));
      const sample = await measure(run.server, workspace, () => relayAll(database, registry, sqs));
      if (sample.messages !== count) throw new Error(`${sample.messages} of ${count} were relayed`);
      recorder(run, system, round)(workload, sample, `relayed, ${callMs} ms a call`);
    } finally {
      await database.close();
      await sqs.stop();
    }
  });

/** As Lambda would hand them over, ten at once, three invocations at once; what SQS does in between is not measured. */
const received = (
  run: Run,
  system: System,
  round: number,
  { variant, policy = {}, deliveries = 1, workMs = 0 }: Reception,
) =>
  inWorkspace(run, system, async (workspace) => {
    const count = scaled(run, workMs === 0 ? 20_000 : 5_000);
    const sqs = await startAcceptingSqs(0);
    const work = workMs === 0 ? {} : { handler: () => pause(workMs) };
    const registry = carriedRegistry(policy, work);
    const database = await moveToSqs(workspace.addresses, registry);
    try {
      const copies = await storeCopies(database, count, deliveries);
      await relayAll(database, registry, sqs);
      const sample = await measure(run.server, workspace, () =>
        receiveAll(database, registry, copies),
      );
      recorder(run, system, round)(workload, sample, variant);
    } finally {
      await database.close();
      await sqs.stop();
    }
  });

/** Enqueues messages, and answers them as SQS will deliver them. */
async function storeCopies(
  database: OpenDatabase,
  count: number,
  deliveries: number,
): Promise<Received[]> {
  const copies: Received[] = [];
  for (let from = 0; from < count; from += batch) {
    const messages = payloads(from, batch).map((each) => ({
      ...{ id: uuidV7(), type: typeName(0), payload: each },
    }));
    await enqueueMessages(database, messages);
    for (const { id, type, payload: sent } of messages)
      copies.push({
        key: id,
        count: deliveries,
        sentAtMs: Date.now(),
        message: {
          ...{ id, type, version: 1, payload: sent, headers: null, groupKey: null },
          ...{ createdAt: new Date().toISOString(), attempt: 0, round: 0 },
        },
      });
  }
  return copies;
}

const perInvocation = 10;
const invocationsAtOnce = 3;

async function receiveAll(
  database: OpenDatabase,
  { queues }: ReturnType<typeof carriedRegistry>,
  copies: readonly Received[],
): Promise<number> {
  const [queue] = queues.values();
  if (!queue) throw new Error('the registry has no queue');
  const carrier = { acknowledge: async () => {}, hide: async () => {} };
  const reception = { queue, database, log: jsonLinesLog(), carrier };
  let next = 0;
  let acknowledged = 0;
  const invoke = async () => {
    while (next < copies.length) {
      const ten = copies.slice(next, next + perInvocation);
      next += perInvocation;
      const batch = await receiveBatch(ten, {
        ...reception,
        remainingMs: () => 55_000,
        leaseSeconds: 85,
      });
      acknowledged += batch.acknowledged.size;
    }
  };
  await Promise.all(Array.from({ length: invocationsAtOnce }, invoke));
  if (acknowledged !== copies.length)
    throw new Error(`${acknowledged} of ${copies.length} were acknowledged`);
  return acknowledged;
}
