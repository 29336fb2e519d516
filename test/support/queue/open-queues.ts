// Queues on an empty database, and what a test does with them.
import type { Database } from '#queue/database.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from '#queue/declare/message-type.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { type MessageStatus, messageStatus } from '#queue/operate/message-status.ts';
import type { DeliveryStatus } from '#queue/routines/delivery-status.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { numbered } from '#test/support/numbered.ts';
import { type RecordingLog, recordingLog } from './recording-log.ts';

export interface OpenQueues extends TestDatabase {
  readonly registry: Registry;
  readonly log: RecordingLog;
  /** Answers the message's id. */
  enqueue<Type extends AnyMessageType>(
    type: Type,
    payload: PayloadInput<Type>,
    options?: EnqueueOptions,
  ): Promise<string>;
  /** Messages with payloads { n: 0 } up to { n: count - 1 }; answers their ids in that order. */
  enqueueNumbers(count: number, options?: EnqueueOptions): Promise<string[]>;
  /** One drain with a minute left, unless told otherwise. */
  drain(changes?: Partial<InvocationOptions>): Promise<DrainSummary>;
  status(id: string): Promise<MessageStatus>;
  /** How many deliveries have each status. */
  statuses(): Promise<Partial<Record<DeliveryStatus, number>>>;
}

let ofThisFile: Promise<TestDatabase> | undefined;

/** Emptying a database takes a tenth of the time that another clone would. */
async function emptyDatabase(): Promise<TestDatabase> {
  ofThisFile ??= createDatabase();
  const own = await ofThisFile;
  await own.query(`
    do $$
    begin
      -- Whatever refers to what.
      set local session_replication_role = replica;
      execute (
        select string_agg(format('delete from millrace.%I', c.relname), ';')
        from pg_class c
        where c.relnamespace = 'millrace'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
          and c.relname not in ('setting', 'migration', 'wake_up')
      );
      update millrace.setting set maintained_at = statement_timestamp();
      update millrace.wake_up set covered_until = '-infinity', covered_by = null;
    end
    $$`);
  return own;
}

export async function openQueues(...queues: readonly Queue[]): Promise<OpenQueues> {
  const own = await emptyDatabase();
  const { database, query } = own;
  const registry = defineRegistry({ queues });
  await syncRegistry(database, registry);
  await stretchBackoff(own);
  const log = recordingLog();
  return {
    ...own,
    registry,
    log,
    async enqueue(type, payload, options) {
      const id = uuidV7();
      await enqueueMessages(database, [{ ...options, id, type: type.name, payload }]);
      return id;
    },
    enqueueNumbers: (count, options) => enqueueNumbers(database, count, options),
    drain: (changes) =>
      drainInvocation({ database, registry, log, remainingMs: () => 60_000, ...changes }),
    async status(id) {
      const status = await messageStatus(database, id);
      if (!status) throw new Error(`no message ${id}`);
      return status;
    },
    async statuses() {
      const rows = await query<{ status: string; count: number }>(
        'select status, count(*)::integer as count from millrace.delivery_status group by status',
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
  };
}

/**
 * The default backoff of some seconds becomes one of hours: a drain on a busy machine takes that long, and would try
 * again what a test expects to wait. A queue whose policy says otherwise keeps its backoff.
 */
async function stretchBackoff({ query }: TestDatabase): Promise<void> {
  await query(
    `update millrace.queue set retry_base_seconds = 3600, retry_maximum_seconds = 86400
     where retry_base_seconds = 5`,
  );
}

async function enqueueNumbers(
  database: Database,
  count: number,
  options?: EnqueueOptions,
): Promise<string[]> {
  const messages = Array.from({ length: count }, (_, n) => ({
    ...options,
    id: uuidV7(),
    type: numbered.name,
    payload: { n },
  }));
  await enqueueMessages(database, messages);
  return messages.map(({ id }) => id);
}
