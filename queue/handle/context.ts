// What a handler gets besides its message. Its parts are made when the handler asks for them: most handlers use few of
// them, and there is one context for every message.

import type { Database } from '#queue/database.ts';
import type { HandlerContext } from '#queue/declare/handler.ts';
import { formatTraceparent, traceOf } from '#queue/declare/traceparent.ts';
import { boundLog, type Log } from '#queue/log.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { FollowUps } from './follow-ups.ts';
import type { HandlerRun } from './handler-run.ts';
import type { QueueRuntime } from './queue-runtime.ts';

export class Context implements HandlerContext {
  readonly #run: HandlerRun;
  readonly #delivery: ClaimedDelivery;
  readonly #runtime: QueueRuntime;
  #log: Log | undefined;
  #followUps: FollowUps | undefined;
  #isClosed = false;

  constructor(run: HandlerRun, delivery: ClaimedDelivery, runtime: QueueRuntime) {
    this.#run = run;
    this.#delivery = delivery;
    this.#runtime = runtime;
  }

  get queue(): string {
    return this.#runtime.queue.name;
  }

  get attempt(): number {
    return this.#delivery.attempt;
  }

  get maxAttempts(): number {
    return this.#runtime.queue.policy.maxAttempts;
  }

  get traceparent(): string | undefined {
    const trace = traceOf(this.#delivery.headers);
    return trace && formatTraceparent(trace);
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get database(): Database {
    return this.#runtime.database;
  }

  get log(): Log {
    if (this.#log) return this.#log;
    const { id, type, attempt, headers } = this.#delivery;
    const traceId = traceOf(headers)?.traceId;
    this.#log = boundLog(this.#runtime.log, {
      messageId: id,
      type,
      queue: this.queue,
      attempt,
      ...(traceId && { traceId }),
    });
    return this.#log;
  }

  // Not a method, so that a handler may destructure it: `({ payload }, { enqueue }) => ...`.
  get enqueue(): HandlerContext['enqueue'] {
    return (type, payload, options) => {
      this.#followUps ??= new FollowUps(this.#delivery);
      if (this.#isClosed) this.#followUps.close();
      return this.#followUps.add(type, payload, options);
    };
  }

  get progress(): HandlerContext['progress'] {
    return (fraction, note) => {
      const { progress, subscriptions } = this.#runtime;
      const type = subscriptions.get(this.#delivery.type ?? '')?.type;
      if (type && !this.#run.hasEnded) progress.add(this.#delivery, { type, fraction, note });
    };
  }

  /** To be called when the handler has returned: answers what it enqueued, if anything, and takes nothing more. */
  close(): FollowUps | undefined {
    this.#isClosed = true;
    this.#followUps?.close();
    return this.#followUps;
  }
}
