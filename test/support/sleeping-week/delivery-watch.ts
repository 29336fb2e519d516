// Watches when each delivery could be claimed and when its handler began, and whether anybody knew of it.

import type { TestDatabase } from '#test/support/database.ts';
import { everyDelivery } from '../sql/every-delivery.ts';
import type { HandlerStart } from './lateness.ts';
import type { MovedClock } from './moved-clock.ts';
import type { Start } from './planned-queues.ts';

interface LiveDelivery {
  readonly delivery: string;
  readonly lease_expires_at: Date | null;
}

export class DeliveryWatch {
  readonly starts: HandlerStart[] = [];
  /** Of schedules' messages that were handled, in milliseconds. */
  readonly dueTimes = new Set<number>();
  readonly #query: TestDatabase['query'];
  readonly #clock: MovedClock;
  readonly #unarmed = new Set<string>();
  /** Until then somebody dead holds the delivery. */
  readonly #lostLeases = new Map<string, number>();
  readonly #resumedAt = new Map<string, number>();

  constructor({ query }: Pick<TestDatabase, 'query'>, clock: MovedClock) {
    // Handlers begin side by side, and one connection takes one statement after the other.
    let last: Promise<unknown> = Promise.resolve();
    this.#query = (text, parameters) => {
      const asked = last.then(() => query<never>(text, parameters));
      last = asked.catch(() => {});
      return asked;
    };
    this.#clock = clock;
  }

  /** A handler begins. */
  async started({ queue, id, dueAt }: Start): Promise<void> {
    const startedAt = this.#clock.now();
    const delivery = `${queue} ${id}`;
    if (dueAt !== undefined) this.dueTimes.add(dueAt);
    const isUnarmed = this.#unarmed.has(delivery) || this.#unarmed.has(queue);
    // A claim leaves that time as it is, so it still says when the delivery could be claimed.
    const [row] = await this.#query<{ available_at: Date }>(
      `select available_at from (${everyDelivery}) d join millrace.queue q on q.id = d.queue_id
       where q.name = $1 and d.message_id = $2`,
      [queue, id],
    );
    const availableAt = row ? this.#clock.seen(row.available_at) : startedAt;
    const leaseEnd = this.#lostLeases.get(delivery);
    const claimableAt = Math.max(
      dueAt !== undefined && leaseEnd === undefined ? dueAt : availableAt,
      leaseEnd ?? 0,
      this.#resumedAt.get(queue) ?? 0,
    );
    this.starts.push({ delivery, claimableAt, startedAt, isUnarmed });
  }

  /** Nobody has armed for these. */
  unarmed(queues: readonly string[], ids: readonly string[]): void {
    for (const queue of queues) for (const id of ids) this.#unarmed.add(`${queue} ${id}`);
  }

  /** Nobody has armed for what is live now, schedules included. */
  async allUnarmed(): Promise<void> {
    for (const { delivery } of await this.#live()) this.#unarmed.add(delivery);
    this.#unarmed.add('recurring');
  }

  /** A drain has come to its end and armed for what is live. */
  allArmed(): void {
    this.#unarmed.clear();
  }

  /** A consumer has died: what it held is nobody's until its lease ends. */
  async consumerDied(): Promise<void> {
    for (const { delivery, lease_expires_at: end } of await this.#live())
      if (end) this.#lostLeases.set(delivery, this.#clock.seen(end));
  }

  resumed(queue: string): void {
    this.#resumedAt.set(queue, this.#clock.now());
  }

  async countLive(): Promise<number> {
    return (await this.#live()).length;
  }

  #live(): Promise<LiveDelivery[]> {
    return this.#query<LiveDelivery>(
      `select q.name || ' ' || d.message_id as delivery, d.lease_expires_at
       from (${everyDelivery}) d join millrace.queue q on q.id = d.queue_id`,
    );
  }
}
