// Which messages may be received, and in which order. A lane is a group of a FIFO queue, or a single message of a standard one:
// as long as one of its messages is in flight, none of it is given out.
import { DueTimes } from './due-times.ts';
import type { StoredMessage } from './stored-message.ts';

interface Lane {
  readonly messages: Map<string, StoredMessage>;
  /** How many of them may not be received now. */
  hidden: number;
}

export class MessageOrder {
  readonly #laneOf: (message: StoredMessage) => string;
  readonly #lanes = new Map<string, Lane>();
  /** Those of which nothing is hidden, in the order in which they have become so. */
  readonly #ready = new Map<string, Lane>();
  readonly #hidden = new Set<StoredMessage>();
  readonly #inFlight = new Set<StoredMessage>();
  readonly #ends = new DueTimes<StoredMessage>();

  constructor(laneOf: (message: StoredMessage) => string) {
    this.#laneOf = laneOf;
  }

  /** Behind those of its lane. It is hidden until it is visible. */
  add(message: StoredMessage): void {
    const name = this.#laneOf(message);
    const lane = this.#lanes.get(name) ?? { messages: new Map(), hidden: 0 };
    this.#lanes.set(name, lane);
    lane.messages.set(message.id, message);
    this.hide(message);
  }

  /** Until its visibleAt, which may have changed. */
  hide(message: StoredMessage): void {
    const name = this.#laneOf(message);
    const lane = this.#lanes.get(name);
    if (!lane) return;
    if (!this.#hidden.has(message)) lane.hidden += 1;
    this.#hidden.add(message);
    if (message.receiveCount > 0) this.#inFlight.add(message);
    this.#ready.delete(name);
    this.#ends.add(message.visibleAt, message);
  }

  remove(message: StoredMessage): void {
    const name = this.#laneOf(message);
    this.#show(message);
    const lane = this.#lanes.get(name);
    lane?.messages.delete(message.id);
    if (lane?.messages.size !== 0) return;
    this.#lanes.delete(name);
    this.#ready.delete(name);
  }

  /** Lets those be received whose time has come. */
  advance(now: number): void {
    for (let due = this.#ends.next(now); due; due = this.#ends.next(now))
      // It may have been hidden anew since.
      if (due.at === due.thing.visibleAt) this.#show(due.thing);
  }

  #show(message: StoredMessage): void {
    if (!this.#hidden.delete(message)) return;
    this.#inFlight.delete(message);
    const name = this.#laneOf(message);
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.hidden -= 1;
    if (lane.hidden === 0) this.#ready.set(name, lane);
  }

  /** Of those that may be received now, the first: as many of one lane as there are, then of the next. */
  first(most: number): StoredMessage[] {
    const chosen: StoredMessage[] = [];
    for (const { messages } of this.#ready.values())
      for (const message of messages.values())
        if (chosen.length < most) chosen.push(message);
        else return chosen;
    return chosen;
  }

  isInFlight(message: StoredMessage): boolean {
    return this.#inFlight.has(message);
  }

  /** How many have been received and are hidden for it. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** How many nobody has received, and nobody may yet. */
  get delayed(): number {
    return this.#hidden.size - this.#inFlight.size;
  }
}
