import type { Database, Session } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import type { Log } from '#queue/log.ts';
import { type Progress, ProgressReports } from './progress-reports.ts';
import type { OpenRelay, Relay } from './relay.ts';
import { Sessions } from './sessions.ts';

export interface RuntimeOptions {
  readonly database: Database;
  readonly log: Log;
  /** Opens a connection of its own for a transactional handler; needed only where there are such handlers. */
  readonly openSession?: () => Promise<Session>;
  /** Says how long a call to the database may take if it is made now, in milliseconds. */
  readonly deadline: { readonly callBudgetMs: number };
  /** Answers what a queue's deliveries are handed to, instead of its handlers. Default: nothing. */
  readonly openRelay?: OpenRelay;
  /** Is told of their progress by handlers. Default: what tells the database. */
  readonly progress?: Progress;
}

/** What the handlers of one queue need besides their deliveries: the same for a whole drain. */
export interface QueueRuntime {
  readonly queue: Queue;
  readonly database: Database;
  /** For transactional handlers. */
  readonly sessions: Sessions;
  readonly progress: Progress;
  readonly log: Log;
  /** By the name of the message type. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** What deliveries are handed to instead of their handlers; undefined where handlers run. */
  readonly relay: Relay | undefined;
  /** Why no delivery can be started any more, once that has happened: no session was to be had, or nothing can be sent. */
  readonly unavailable: Error | undefined;
}

export function queueRuntime(queue: Queue, options: RuntimeOptions): QueueRuntime {
  const { database, log, deadline, openSession = noSession } = options;
  const subscriptions = new Map(queue.subscriptions.map((each) => [each.type.name, each]));
  const timeoutMs = queue.policy.timeoutSeconds * 1000;
  const sessions = new Sessions(openSession, () => Math.min(deadline.callBudgetMs, timeoutMs));
  const { progress = new ProgressReports(queue.name, database, log) } = options;
  const relay = options.openRelay?.(queue, options);
  return {
    ...{ queue, database, log, subscriptions, sessions, progress, relay },
    get unavailable() {
      return (relay ?? sessions).unavailable;
    },
  };
}

const noSession = () => Promise.reject(new TypeError('transactional handlers need openSession'));
