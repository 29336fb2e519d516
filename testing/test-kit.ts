// For tests of an application's own handlers: its queues on a real Postgres of their own, drained when the test says so.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedDatabase } from '#local/database-server.ts';
import { migrate } from '#migrations/migrate.ts';
import { type Database, openDatabase, openSession } from '#queue/database.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from '#queue/declare/message-type.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { Log } from '#queue/log.ts';
import { type MessageStatus, messageStatus } from '#queue/operate/message-status.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { newMessage } from '#queue/routines/new-message.ts';
import { type Duration, travel } from './time-travel.ts';

export interface TestKit extends AsyncDisposable {
  /** For looking at what handlers did, or for preparing what they need. */
  readonly database: Database;
  /** Answers the message's id. */
  enqueue<Type extends AnyMessageType>(
    type: Type,
    payload: PayloadInput<Type>,
    options?: EnqueueOptions,
  ): Promise<string>;
  /** One tick: runs the handlers of one queue, or of all with their schedules, until nothing is due. */
  drain(queue?: string): Promise<DrainSummary>;
  /** Lets time pass for every message, lease, key and schedule, by moving rows. */
  travel(duration: Duration): Promise<void>;
  /** Undefined when no such message is kept. */
  status(id: string): Promise<MessageStatus | undefined>;
  /** Stops the database and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Longer than any handler's test should take. */
const drainMs = 60_000;
/** Nothing of it is to survive the process. */
const forgetful = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Starts a Postgres in a folder of its own and migrates it. Takes about two seconds, so open one for each test file:
 * `await using kit = await openTestKit(registry)`.
 */
export async function openTestKit(registry: Registry, log: Log = silent): Promise<TestKit> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-kit-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres runs as another user when this process is root's.
  await chmod(folder, 0o755);
  const server = await embeddedDatabase(folder, forgetful);
  parts.defer(server.stop);
  await migrate({ url: server.url, registry, log: silent });
  const database = openDatabase(server.url);
  const running = parts.move();
  return {
    database,
    async enqueue(type, payload, options) {
      const [stored] = await enqueueMessages(database, [newMessage(type, payload, options)]);
      return stored?.id ?? '';
    },
    drain: (queue) =>
      drain({
        database,
        registry: queue === undefined ? registry : only(registry, queue),
        log,
        remainingMs: () => drainMs,
        openSession: () => openSession(server.url),
      }),
    travel: (duration) => travel(database, duration),
    status: (id) => messageStatus(database, id),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function only(registry: Registry, name: string): Registry {
  const queue = registry.queues.get(name);
  if (!queue) throw new TypeError(`no queue is named "${name}"`);
  return defineRegistry({ queues: [queue] });
}
