import type { Database, Session } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import { Pace } from '#queue/drain/pace.ts';
import type { Log } from '#queue/log.ts';
import { Sessions } from './sessions.ts';

/** What the handlers of one queue run in: the same for all deliveries of a drain. */
export interface QueueRuntime {
  readonly queue: Queue;
  readonly database: Database;
  /** For transactional handlers. */
  readonly sessions: Sessions;
  readonly log: Log;
  /** By message type. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  readonly pace: Pace;
}

export function queueRuntime(
  queue: Queue,
  database: Database,
  openSession: () => Promise<Session>,
  log: Log,
): QueueRuntime {
  const subscriptions = new Map(queue.subscriptions.map((each) => [each.type.name, each]));
  const sessions = new Sessions(openSession);
  return { queue, database, sessions, log, subscriptions, pace: new Pace(queue.policy) };
}
