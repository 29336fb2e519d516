// What became of the demo's messages, read from the database as a person with psql would.
import type { Database } from '#queue/database.ts';

export interface QueueProgress {
  readonly queue: string;
  readonly pending: number;
  readonly processing: number;
  readonly done: number;
  readonly dead: number;
}

export interface QueueOutcome {
  readonly queue: string;
  readonly done: number;
  readonly dead: number;
  readonly retries: number;
  /** From enqueue to the end, in seconds. */
  readonly median: number;
  readonly slowest: number;
}

export interface Failure {
  readonly queue: string;
  readonly outcome: string;
  readonly error: string;
  readonly count: number;
}

/** The state of the messages that were made since the given id. What waits for its time counts as pending. */
export const progress = (database: Database, since: string): Promise<QueueProgress[]> =>
  database.query(
    `select s.queue,
       count(*) filter (where s.status in ('pending', 'scheduled', 'blocked'))::integer as pending,
       count(*) filter (where s.status = 'processing')::integer as processing,
       count(*) filter (where s.status = 'done')::integer as done,
       count(*) filter (where s.status = 'dead')::integer as dead
     from millrace.delivery_status s
     where s.message_id >= $1
     group by s.queue
     order by s.queue`,
    [since],
  );

/** The progress of each queue in all databases. */
export function sums(parts: readonly (readonly QueueProgress[])[]): readonly QueueProgress[] {
  const byQueue = Map.groupBy(parts.flat(), ({ queue }) => queue);
  const sumOf = (rows: readonly QueueProgress[], name: Exclude<keyof QueueProgress, 'queue'>) =>
    rows.reduce((sum, row) => sum + row[name], 0);
  return [...byQueue].map(([queue, rows]) => ({
    queue,
    pending: sumOf(rows, 'pending'),
    processing: sumOf(rows, 'processing'),
    done: sumOf(rows, 'done'),
    dead: sumOf(rows, 'dead'),
  }));
}

export const outcomes = (database: Database, since: string): Promise<QueueOutcome[]> =>
  database.query(
    `select a.queue,
       count(*) filter (where a.outcome = 'done')::integer as done,
       count(*) filter (where a.outcome = 'dead')::integer as dead,
       count(*) filter (where a.outcome = 'retry')::integer as retries,
       round(extract(epoch from percentile_cont(0.5) within group (order by a.finished_at - m.created_at)), 1)::float as median,
       round(extract(epoch from max(a.finished_at - m.created_at)), 1)::float as slowest
     from millrace.attempt_log a
     join millrace.message m on m.id = a.message_id
     where a.message_id >= $1
     group by a.queue
     order by a.queue`,
    [since],
  );

export const failures = (database: Database, since: string): Promise<Failure[]> =>
  database.query(
    `select a.queue, a.outcome, a.error ->> 'message' as error, count(*)::integer as count
     from millrace.attempt_log a
     where a.message_id >= $1 and a.error is not null
     group by 1, 2, 3
     order by 1, 2, 3`,
    [since],
  );
