// What one invocation knows while it handles what a carrier has delivered to it.
import type { Database } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { Deadline } from '#queue/drain/deadline.ts';
import type { DrainFigures } from '#queue/drain/figures.ts';
import { Pace } from '#queue/drain/pace.ts';
import { QueueReport } from '#queue/drain/queue-report.ts';
import type { Progress } from '#queue/handle/progress-reports.ts';
import { type QueueRuntime, queueRuntime } from '#queue/handle/queue-runtime.ts';
import type { Log } from '#queue/log.ts';
import { Fates } from './fates.ts';
import type { Carrier } from './received.ts';
import type { Suspect } from './suspect-groups.ts';

export interface ReceptionOptions {
  readonly queue: Queue;
  readonly database: Database;
  readonly log: Log;
  readonly carrier: Carrier;
  /** The time that the invocation has left, in milliseconds. */
  readonly remainingMs: () => number;
  /** For how long leases are taken, in seconds: longer than the invocation, which extends none. */
  readonly leaseSeconds: number;
  /** Is given the invocation's figures at its end. */
  readonly onFigures?: (figures: DrainFigures) => void;
}

export interface Reception {
  readonly runtime: QueueRuntime;
  readonly report: QueueReport;
  readonly pace: Pace;
  readonly deadline: Deadline;
  readonly fates: Fates;
  readonly leaseSeconds: number;
  /** Proves all leases that this invocation takes, and makes its settles known when they are repeated. */
  readonly token: string;
  /** What may have been begun before and never ended: handled last. */
  readonly suspects: Suspect[];
  /** How many deliveries have gone into Postgres: follow-ups, and what is to be sent again. */
  stored: number;
}

/**
 * A delivery that SQS carries has no row in the database before it has ended or failed, so that there is no place for what its handler
 * tells of its progress: nothing is asked of the database for it.
 */
const untold: Progress = { add() {}, end() {}, async settled() {} };

export function openReception(options: ReceptionOptions): Reception {
  const { queue, log, carrier, remainingMs, leaseSeconds } = options;
  const deadline = new Deadline(remainingMs);
  return {
    runtime: queueRuntime(queue, { ...options, deadline, progress: untold }),
    report: new QueueReport(queue.name, log),
    pace: new Pace(queue.policy),
    deadline,
    fates: new Fates(carrier),
    leaseSeconds,
    token: crypto.randomUUID(),
    suspects: [],
    stored: 0,
  };
}
