import type { Database, Session } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import type { Log } from '#queue/log.ts';
import { ProgressReports } from './progress-reports.ts';
import { Sessions } from './sessions.ts';

export interface RuntimeOptions {
  readonly database: Database;
  readonly log: Log;
  /** Opens a connection of its own for a transactional handler; needed only where there are such handlers. */
  readonly openSession?: () => Promise<Session>;
  /** Says how long a call to the database may take if it is made now, in milliseconds. */
  readonly deadline: { readonly callBudgetMs: number };
}

/** What the handlers of one queue need besides their deliveries: the same for a whole drain. */
export interface QueueRuntime {
  readonly queue: Queue;
  readonly database: Database;
  /** For transactional handlers. */
  readonly sessions: Sessions;
  readonly progress: ProgressReports;
  readonly log: Log;
  /** By the name of the message type. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
}

export function queueRuntime(
  queue: Queue,
  {
    database,
    log,
    deadline,
    openSession = () => Promise.reject(new TypeError('transactional handlers need openSession')),
  }: RuntimeOptions,
): QueueRuntime {
  const subscriptions = new Map(queue.subscriptions.map((each) => [each.type.name, each]));
  const timeoutMs = queue.policy.timeoutSeconds * 1000;
  const sessions = new Sessions(openSession, () => Math.min(deadline.callBudgetMs, timeoutMs));
  const progress = new ProgressReports(queue.name, database, log);
  return { queue, database, log, subscriptions, sessions, progress };
}
