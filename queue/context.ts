// The context of one run of a handler. What a handler does not ask for is not made.
import type { ClaimedDelivery } from './claimed-delivery.ts';
import type { Database } from './database.ts';
import { FollowUps } from './follow-ups.ts';
import type { HandlerContext } from './handler.ts';
import { boundLog, type Log } from './log.ts';
import type { Run } from './run.ts';
import type { Surroundings } from './surroundings.ts';

export class Context implements HandlerContext {
  readonly #run: Run;
  readonly #delivery: ClaimedDelivery;
  readonly #surroundings: Surroundings;
  #log: Log | undefined;
  followUps: FollowUps | undefined;

  constructor(run: Run, delivery: ClaimedDelivery, surroundings: Surroundings) {
    this.#run = run;
    this.#delivery = delivery;
    this.#surroundings = surroundings;
  }

  get queue(): string {
    return this.#surroundings.queue.name;
  }

  get attempt(): number {
    return this.#delivery.attempt;
  }

  get maxAttempts(): number {
    return this.#surroundings.queue.policy.maxAttempts;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get database(): Database {
    return this.#surroundings.database;
  }

  get log(): Log {
    const { id, type, attempt } = this.#delivery;
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
    this.followUps ??= new FollowUps();
    return this.followUps.add(type, payload, options);
  };
}
