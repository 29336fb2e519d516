// The context of one run of a handler. What a handler does not ask for is not made.
import type { Attempt } from './attempt.ts';
import type { Database } from './database.ts';
import { FollowUps } from './follow-ups.ts';
import type { HandlerContext } from './handler.ts';
import { boundLog, type Log } from './log.ts';
import type { Surroundings } from './surroundings.ts';

export class Context implements HandlerContext {
  readonly #attempt: Attempt;
  readonly #surroundings: Surroundings;
  #log: Log | undefined;
  #followUps: FollowUps | undefined;
  #isClosed = false;

  constructor(attempt: Attempt, surroundings: Surroundings) {
    this.#attempt = attempt;
    this.#surroundings = surroundings;
  }

  get queue(): string {
    return this.#surroundings.queue.name;
  }

  get attempt(): number {
    return this.#attempt.delivery.attempt;
  }

  get maxAttempts(): number {
    return this.#surroundings.queue.policy.maxAttempts;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  get database(): Database {
    return this.#surroundings.database;
  }

  get log(): Log {
    const { id, type, attempt } = this.#attempt.delivery;
    this.#log ??= boundLog(this.#surroundings.log, {
      messageId: id,
      type,
      queue: this.queue,
      attempt,
    });
    return this.#log;
  }

  // A property, so that a handler may take it out of the context.
  readonly enqueue: HandlerContext['enqueue'] = (type, payload, options) => {
    if (this.#isClosed) throw new Error('enqueue was called after the handler had returned');
    this.#followUps ??= new FollowUps();
    return this.#followUps.add(type, payload, options);
  };

  /** What was enqueued, if anything. The handler has returned: nothing more is taken. */
  close(): FollowUps | undefined {
    this.#isClosed = true;
    return this.#followUps;
  }
}
