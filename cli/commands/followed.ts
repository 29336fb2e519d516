// What `tail` has seen already, so that it tells only what is new.
import type { Status } from '#client/common-answers.ts';
import type { Drain } from '#client/deployment-answers.ts';
import type { MessageItem } from '#client/message-answers.ts';

export interface TailEvent {
  readonly message: MessageItem;
  /** The delivery that has another status than before; undefined for a message that is new. */
  readonly queue?: string;
  readonly status: Status;
}

const mostKept = 1_000;

export class Followed {
  readonly #statuses = new Map<string, ReadonlyMap<string, Status>>();
  #drainedUntil = '';

  knows(id: string): boolean {
    return this.#statuses.has(id);
  }

  /** Takes a look at the newest messages, newest first; answers what has happened since the last one, oldest first. */
  take(newest: readonly MessageItem[]): readonly TailEvent[] {
    const events = newest.toReversed().flatMap((message) => this.#eventsOf(message));
    const surplus = this.#statuses.size - mostKept;
    for (const id of [...this.#statuses.keys()].slice(0, Math.max(0, surplus)))
      this.#statuses.delete(id);
    return events;
  }

  #eventsOf(message: MessageItem): TailEvent[] {
    const { id, status, deliveries } = message;
    const before = this.#statuses.get(id);
    this.#statuses.set(id, new Map(deliveries.map((each) => [each.queue, each.status])));
    if (!before) return [{ message, status }];
    return deliveries
      .filter((each) => each.status !== before.get(each.queue))
      .map((each) => ({ message, queue: each.queue, status: each.status }));
  }

  /** The same for drains. */
  takeDrains(newest: readonly Drain[]): readonly Drain[] {
    const since = this.#drainedUntil;
    // Instants of one database are written alike, and sort as texts do.
    const drains = newest.filter(({ endedAt }) => endedAt > since).toReversed();
    this.#drainedUntil = drains.at(-1)?.endedAt ?? since;
    return drains;
  }
}
