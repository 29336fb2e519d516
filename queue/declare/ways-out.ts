// The ways out of a handler besides returning and throwing.

class Rejection extends Error {
  override readonly name = 'Rejected';
}

class Snooze extends Error {
  override readonly name = 'Snoozed';
  readonly seconds: number;

  constructor(seconds: number) {
    super(`snoozed for ${seconds} s`);
    this.seconds = seconds;
  }
}

class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly seconds: number;

  constructor(seconds: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.seconds = seconds;
  }
}

export type { Rejection, RetryAfter, Snooze };

/** Ends the attempt and sends the delivery to the dead letters at once: trying again would not help. */
export function reject(reason: string, options?: ErrorOptions): never {
  throw new Rejection(reason, options);
}

/** Ends the attempt without spending it; the delivery comes back after that many seconds, 0 to 31,536,000. */
export function snooze(seconds: number): never {
  requireDelay('snooze', seconds);
  throw new Snooze(seconds);
}

/** Fails the attempt like any error, but waits that many seconds, 0 to 31,536,000, instead of the queue's backoff. */
export function retryAfter(seconds: number, reason: string, options?: ErrorOptions): never {
  requireDelay('retryAfter', seconds);
  throw new RetryAfter(seconds, reason, options);
}

/** Throws a TypeError unless the delay is one that the database takes. */
export function requireDelay(where: string, seconds: number): void {
  if (!(seconds >= 0 && seconds <= 31_536_000))
    throw new TypeError(`${where} takes 0 to 31536000 seconds; got ${seconds}`);
}

export const isRejection = (thrown: unknown): thrown is Rejection => isA(Rejection, thrown);
export const isSnooze = (thrown: unknown): thrown is Snooze => isA(Snooze, thrown);
export const isRetryAfter = (thrown: unknown): thrown is RetryAfter => isA(RetryAfter, thrown);

function isA(kind: typeof Rejection | typeof Snooze | typeof RetryAfter, thrown: unknown): boolean {
  try {
    return thrown instanceof kind;
  } catch {
    // A revoked proxy cannot even be asked.
    return false;
  }
}
