// What handlers tell of their progress, on its way to the database. It must neither delay nor fail anything: reports of all handlers
// of a queue go out by one statement about once a second, the newest of each, and one that does not arrive is forgotten.
import type { Database } from '#queue/database.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { redactionOf } from '#queue/declare/redaction.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { answerWithin } from '#queue/routines/answer-within.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import { storableText } from '#queue/routines/storable-text.ts';

/** Between two statements, and how long one is waited for; in milliseconds. */
const everyMs = 1_000;
const longestNote = 200;

interface Report {
  readonly type: AnyMessageType;
  readonly fraction: number;
  readonly note: string | undefined;
}

/** What a runtime asks of it. */
export type Progress = Pick<ProgressReports, 'add' | 'end' | 'settled'>;

export class ProgressReports {
  readonly #queue: string;
  readonly #database: Database;
  readonly #log: Log;
  readonly #waiting = new Map<ClaimedDelivery, Report>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;
  #hasToldOfFailure = false;

  constructor(queue: string, database: Database, log: Log) {
    this.#queue = queue;
    this.#database = database;
    this.#log = log;
  }

  /** Takes the newest report of a delivery, unless its fraction is no number from 0 to 1. */
  add(delivery: ClaimedDelivery, report: Report): void {
    if (!(report.fraction >= 0 && report.fraction <= 1)) return;
    this.#waiting.set(delivery, report);
    const dueMs = this.#sentAt + everyMs - monotonicMs();
    this.#timer ??= setTimeout(() => this.#send(), Math.max(0, dueMs));
  }

  /** Forgets what has not been sent of a delivery whose handler has ended. */
  end(delivery: ClaimedDelivery): void {
    if (!this.#waiting.delete(delivery) || this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Waits for a statement that is under way, a second at most: nothing goes on when the invocation has ended. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAt = monotonicMs();
    const reports = Array.from(this.#waiting, toSend);
    this.#waiting.clear();
    const text = 'select millrace.report_progress($1, $2)';
    const call = this.#database.query(text, [this.#queue, JSON.stringify(reports)]);
    this.#underWay = answerWithin(everyMs, call).then(
      () => {},
      (error: unknown) => this.#failed(error),
    );
  }

  /** Told of once: the same is wrong each second. */
  #failed(error: unknown): void {
    if (this.#hasToldOfFailure) return;
    this.#hasToldOfFailure = true;
    const attributes = { queue: this.#queue, ...loggedError(error) };
    this.#log.warn('progress could not be reported', attributes);
  }
}

function toSend([delivery, { type, fraction, note }]: [ClaimedDelivery, Report]) {
  const { id, token } = delivery;
  if (typeof note !== 'string') return { id, token, fraction };
  const redaction = redactionOf(type, [delivery]);
  if (!redaction.keepsTexts) return { id, token, fraction };
  // Redacted before it is cut: half of a value would not be recognised.
  const text = redaction.text(note.toWellFormed());
  return { id, token, fraction, note: storableText(text, longestNote) };
}
