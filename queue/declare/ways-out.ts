// The ways out of a handler besides returning and throwing. Each is a function that throws an error of its own kind,
// so it works from any depth of the handler's code; the engine tells the kinds apart when it makes the result.
import { misuse } from '#queue/misuse.ts';
import { NamedError } from '#queue/named-error.ts';
import { isInRange } from './in-range.ts';
import { kindOf } from './kind-of.ts';
import { mostDelaySeconds } from './message-limits.ts';

class Rejection extends NamedError {
  static override readonly name = 'Rejected';
}

class Snooze extends NamedError {
  static override readonly name = 'Snoozed';
  readonly seconds: number;

  constructor(seconds: number) {
    super(`snoozed for ${seconds} s`);
    this.seconds = seconds;
  }
}

class RetryAfter extends NamedError {
  static override readonly name = 'RetryAfter';
  readonly seconds: number;

  constructor(seconds: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.seconds = seconds;
  }
}

export type { Rejection, RetryAfter, Snooze };

/**
 * Ends the attempt and makes the delivery a dead letter at once, for what trying again would not mend: a declined
 * card, an order that does not exist. The reason is kept with the dead letter; `options` may give the error's cause.
 *
 * @example
 * ```ts
 * if (card.isDeclined) reject('the card was declined');
 * ```
 */
export function reject(reason: string, options?: ErrorOptions): never {
  throw new Rejection(reason, options);
}

/**
 * Ends the attempt without spending it, for what is not ready yet: the delivery comes back after this many seconds, 0
 * to 31536000 (a year). What snoozes for ever never becomes a dead letter. Throws a TypeError when out of range.
 *
 * @example
 * ```ts
 * if (!(await warehouse.isOpen())) snooze(900);
 * ```
 */
export function snooze(seconds: number): never {
  requireDelay('snooze', seconds);
  throw new Snooze(seconds);
}

/**
 * Fails the attempt like any error, but the delivery comes back after this many seconds, 0 to 31536000 (a year), and
 * not after the queue's backoff: for a service that says when to come again (Retry-After). After the last attempt it
 * is a dead letter all the same. Throws a TypeError when out of range.
 *
 * @example
 * ```ts
 * if (response.status === 429) retryAfter(Number(response.headers.get('retry-after') ?? 30), 'the mailer is busy');
 * ```
 */
export function retryAfter(seconds: number, reason: string, options?: ErrorOptions): never {
  requireDelay('retryAfter', seconds);
  throw new RetryAfter(seconds, reason, options);
}

/**
 * What a handler has returned as its result; `result` makes it.
 *
 * @example
 * ```ts
 * const printed = async (orderId: string): Promise<HandlerResult> => result({ pages: await print(orderId) });
 * ```
 */
export class HandlerResult {
  /** As it was given. */
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * What a handler returns when something of its work is to be kept: at most 4 KiB of JSON, which the message's status shows. What is
 * larger, or no JSON, is not kept, and the message is done all the same. Fields that the message type redacts are hidden, as in its
 * payload. Whatever else a handler returns is not kept.
 *
 * @example
 * ```ts
 * const invoice = await print(payload.orderId);
 * return result({ pages: invoice.pages });
 * ```
 */
export const result = (value: unknown): HandlerResult => new HandlerResult(value);

/** Throws a TypeError unless the delay is one that the database takes. `where` names the caller's option. */
function requireDelay(where: string, seconds: unknown): void {
  if (!isDelay(seconds))
    misuse(`${where} takes 0 to ${mostDelaySeconds} seconds; got ${kindOf(seconds)}`);
}

/** Whether the database takes it for a delay. */
export const isDelay = (seconds: unknown): seconds is number =>
  isInRange(seconds, { from: 0, to: mostDelaySeconds, fractional: true });

export const isRejection = (thrown: unknown): thrown is Rejection => isA(Rejection, thrown);
export const isSnooze = (thrown: unknown): thrown is Snooze => isA(Snooze, thrown);
export const isRetryAfter = (thrown: unknown): thrown is RetryAfter => isA(RetryAfter, thrown);

function isA(kind: typeof Rejection | typeof Snooze | typeof RetryAfter, thrown: unknown): boolean {
  try {
    return thrown instanceof kind;
  } catch {
    // instanceof asks what was thrown for its prototype, and a revoked proxy throws at any question.
    return false;
  }
}
