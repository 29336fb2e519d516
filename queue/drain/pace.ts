// How fast a queue's handlers are and how large its messages, and therefore how many deliveries are worth holding. Holding
// too few makes handlers wait for claims. Holding too many keeps other consumers from them, only to release them unstarted
// when the invocation ends, and fills the memory.
import type { QueuePolicy } from '#queue/declare/queue.ts';
import { countIn } from './half-octaves.ts';

/** Deliveries are held for about this long ahead. */
const horizonMs = 1_000;
/** What is held unstarted, and what a claim brings, is bound to this many KiB; SQL's most_claim_kib is the same. */
const mostKib = 4096;
/** From so many KiB each on, messages are large: what a call takes then goes into them, at the database, on the way and here. */
const largeKib = 2;
/** The weight of the newest run in the moving average. */
const newest = 0.1;

/** Whether messages that are so many KiB together are large. */
export const areLarge = (count: number, kib: number): boolean => kib > count * largeKib;

/** All runs of a queue's handlers in one drain. */
interface Runs {
  ms: number;
  deliveries: number;
  /** How many of them took how long, by class; those that were recorded are taken out. */
  readonly classes: number[];
}

export class Pace {
  readonly #policy: QueuePolicy;
  /** Counted together with those of other paces of the queue. */
  readonly runs: Runs;
  #recordedMs = 0;
  #averageMs: number | undefined;
  #slowestMs = 0;
  /** The size of a message in the last claim, on average, or before the first one what the survey says. */
  #kibEach = 0;
  #mostKib = mostKib;

  constructor(policy: QueuePolicy, runs: Runs = { ms: 0, deliveries: 0, classes: [] }) {
    this.#policy = policy;
    this.runs = runs;
  }

  /** Takes note of a run of the handler, which was for one delivery or for a batch. */
  record(ms: number, deliveries: number, isAborted: boolean): void {
    this.runs.ms += ms;
    this.runs.deliveries += deliveries;
    countIn(this.runs.classes, ms);
    const each = ms / deliveries;
    this.#averageMs =
      this.#averageMs === undefined ? each : this.#averageMs * (1 - newest) + each * newest;
    // A run that hung until it was aborted does not mean that others need as long.
    if (!isAborted && ms > this.#slowestMs) this.#slowestMs = ms;
  }

  /** For how long handlers ran since this was asked last: in whole milliseconds, and the runs by class. */
  takeUnrecorded(): { readonly runMs: number; readonly runs: readonly number[] } {
    const runMs = Math.round(this.runs.ms - this.#recordedMs);
    this.#recordedMs += runMs;
    return { runMs, runs: this.runs.classes.splice(0) };
  }

  /** The longest run so far, in milliseconds: a handler that starts now may take as long. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Takes note of how large the next messages are, which the survey of them has found. */
  surveyed(kibEach: number | null): void {
    this.#kibEach = kibEach ?? this.#kibEach;
  }

  /**
   * Takes note of what a claim has brought. When it had to be made smaller, because a proxy did not let more pass, those
   * that follow are to be no larger: each that is would be made and refused first.
   */
  claimed(count: number, kib: number, isHalved: boolean): void {
    if (count === 0) return;
    this.#kibEach = kib / count;
    if (isHalved) this.#mostKib = Math.max(1, Math.min(this.#mostKib, kib));
  }

  /** Whether messages are large, as far as is known. */
  get expectsLarge(): boolean {
    return areLarge(1, this.#kibEach);
  }

  /** How many deliveries a claim is to bring at most: the queue's batch size, or fewer when messages are large. */
  get most(): number {
    const { batchSize } = this.#policy;
    return Math.max(1, Math.min(batchSize, Math.floor(this.#mostKib / Math.max(this.#kibEach, 1))));
  }

  /** How many deliveries to hold unstarted, at most what a claim brings; at first enough for two rounds of handlers. */
  get window(): number {
    const { concurrency } = this.#policy;
    const rounds = this.#averageMs === undefined ? 2 : horizonMs / Math.max(this.#averageMs, 0.001);
    return Math.max(1, Math.min(this.most, Math.ceil(concurrency * rounds)));
  }
}
