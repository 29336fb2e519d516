// What becomes of a forward that could not be stored where it belongs.
import { kindOfFailure } from '#functions/runtime/kind-of-failure.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { dead, failed } from '#queue/handle/build-result.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { NamedError } from '#queue/named-error.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { FailureKind } from '#queue/routines/failure-kind.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import type { Result } from '#queue/routines/result.ts';

/** What cannot be sent now waits for so long, in seconds, with its group behind it. Other groups go on, to other databases. */
const waitSeconds = 60;
/** For so long, in milliseconds, nothing more is sent to a database that was away. */
const awayForMs = 30_000;

/** What is wrong with a database rather than with what is sent to it: time mends it, or somebody. */
const away: readonly FailureKind[] = [
  ...(['away', 'read-only', 'full', 'too-slow', 'misconfigured', 'unmigrated'] as const),
];

/** A database that this code does not know of. Newer code, which has told of it, will come. */
export class NoSuchDatabase extends NamedError {
  static override readonly name = 'NoSuchDatabase';
  constructor(number: number) {
    super(`this deployment has no database ${number} yet`);
  }
}

interface Attempted {
  readonly run: HandlerRun;
  readonly delivery: ClaimedDelivery;
  /** The number of the database that it was sent to. */
  readonly database: number;
}

/** No attempt is spent on what was not sent. */
export const later = (run: HandlerRun, { id, token }: ClaimedDelivery): Result => ({
  ...{ id, token, outcome: 'snooze' as const, ms: run.elapsedMs },
  delaySeconds: waitSeconds,
});

export class ForwardFates {
  readonly #log: Log;
  /** What each database was away with, and until when on the clock of monotonicMs() it is taken to be. */
  readonly #away = new Map<number, { readonly error: unknown; readonly until: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  throwIfAway(database: number): void {
    const known = this.#away.get(database);
    if (known && monotonicMs() < known.until) throw known.error;
  }

  /** Refused for good it is dead, with the reason; what may pass waits. */
  of(error: unknown, { run, delivery, database }: Attempted): Result {
    if (error instanceof NoSuchDatabase || this.#isAway(error, database))
      return later(run, delivery);
    const kind = kindOfFailure(error);
    const isHeld = error instanceof EnqueueRefused && error.code === 'key_in_progress';
    if (kind === 'busy' || isHeld) return later(run, delivery);
    const failure = { claim: delivery, ms: run.elapsedMs };
    const isRefused = error instanceof EnqueueRefused || kind === 'unstorable';
    return isRefused ? dead(failure, error) : failed(failure, error);
  }

  #isAway(error: unknown, database: number): boolean {
    if (!away.includes(kindOfFailure(error))) return false;
    // Several may have been under way to it, or be turned away by what was found a moment ago.
    if (monotonicMs() >= (this.#away.get(database)?.until ?? 0)) {
      this.#away.set(database, { error, until: monotonicMs() + awayForMs });
      const attributes = { to: database, ...loggedError(error) };
      this.#log.warn('nothing can be forwarded for the moment', attributes);
    }
    return true;
  }
}
