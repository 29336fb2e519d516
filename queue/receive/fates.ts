// What becomes of each message that was received. What nobody has decided about stays with its carrier, and comes back.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { Carrier, Received } from './received.ts';
import { longestHiddenSeconds } from './waits.ts';

/** Rounded up: what came back before its time would be hidden once more. */
const wholeSeconds = (ms: number) => Math.ceil(Math.max(0, ms) / 1000);

export class Fates {
  /** By the copy's key. */
  readonly #acknowledged = new Map<string, Received>();
  /** Until when, on the clock of monotonicMs(). */
  readonly #hidden = new Map<Received, number>();
  readonly #carrier: Carrier;
  /** How many of those that are acknowledged the carrier was told of. */
  #told = 0;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** By their keys. */
  get acknowledged(): ReadonlySet<string> {
    return new Set(this.#acknowledged.keys());
  }

  isAcknowledged({ key }: Received): boolean {
    return this.#acknowledged.has(key);
  }

  acknowledge(copy: Received): void {
    this.#acknowledged.set(copy.key, copy);
  }

  /** It comes back after so many seconds, or as late as its carrier can. */
  hide(copy: Received, seconds: number): void {
    const most = Math.min(seconds, longestHiddenSeconds);
    this.#hidden.set(copy, monotonicMs() + most * 1000);
  }

  /** Deletes what is acknowledged, so that the end of this process brings none of it back, and hides what is to come back later. */
  async tellAll(): Promise<void> {
    const acknowledged = [...this.#acknowledged.values()].slice(this.#told);
    this.#told += acknowledged.length;
    if (acknowledged.length > 0) await this.#carrier.acknowledge(acknowledged);
    await this.tellWaits();
  }

  /** Hides what is to come back later. What is acknowledged the invocation's answer says. */
  async tellWaits(): Promise<void> {
    const now = monotonicMs();
    const waits = new Map(
      Array.from(this.#hidden, ([copy, until]) => [copy, wholeSeconds(until - now)]),
    );
    this.#hidden.clear();
    if (waits.size > 0) await this.#carrier.hide(waits);
  }
}
