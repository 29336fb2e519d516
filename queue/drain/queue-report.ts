// What becomes of one queue's deliveries in one drain: each is counted, and a line is logged for each that did not go
// well.
import type { Handled } from '#queue/handle/handle.ts';
import { boundLog, type Log } from '#queue/log.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { DrainCounts } from '#queue/routines/record-drain.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Settled } from '#queue/routines/settle.ts';
import { DrainTally } from './figures.ts';
import { countIn } from './half-octaves.ts';
import { minus, noCounts } from './summary.ts';

const counted = {
  done: 'done',
  retry: 'retried',
  dead: 'dead',
  snooze: 'snoozed',
  release: 'released',
  unknown: 'snoozed',
  relayed: 'done',
} as const satisfies Record<Result['outcome'], keyof DrainCounts>;

export class QueueReport {
  readonly counts = noCounts();
  /** The whole drain's. */
  readonly tally: DrainTally;
  #recorded = noCounts();
  readonly #waits: number[] = [];
  readonly #log: Log;
  #hasToldOfNewerCode = false;

  constructor(queue: string, log: Log, tally = new DrainTally()) {
    this.tally = tally;
    this.#log = boundLog(log, { queue });
  }

  /** What was counted since this was asked last; waits: by class, for how long what was claimed had been due. */
  takeUnrecorded(): DrainCounts & { readonly waits: readonly number[] } {
    const unrecorded = minus(this.counts, this.#recorded);
    this.#recorded = { ...this.counts };
    return { ...unrecorded, waits: this.#waits.splice(0) };
  }

  claimed(deliveries: readonly ClaimedDelivery[]): void {
    this.counts.claimed += deliveries.length;
    for (const { waitedMs } of deliveries) if (waitedMs !== null) countIn(this.#waits, waitedMs);
  }

  /** A delivery that ended because its last lease ran out. */
  expired(messageId: string): void {
    this.counts.dead += 1;
    this.#log.error('dead letter', { messageId, error: 'LeaseExpired' });
  }

  /** A delivery whose lease was lost: nothing of its result was recorded. */
  stale(messageId: string): void {
    this.counts.stale += 1;
    this.#log.warn('lease lost: another consumer has the delivery', { messageId });
  }

  /** What the database said of each result: its lease may have been lost, and a retry may have been the last one. */
  settled({ results, settled: { stale, dead } }: Settled): void {
    for (const result of results)
      if (stale.includes(result.id)) this.stale(result.id);
      else this.#ended(result, dead.includes(result.id));
  }

  /** Of what handlers have brought forth, what is to be settled. What a transaction has settled already is only reported. */
  unsettled(handled: readonly Handled[]): Result[] {
    const results: Result[] = [];
    for (const each of handled)
      if ('outcome' in each) results.push(each);
      else this.settled(each);
    return results;
  }

  #ended(result: Result, isDead: boolean): void {
    this.counts[isDead ? 'dead' : counted[result.outcome]] += 1;
    if (!('error' in result)) return;
    // Without stack and payload: the database keeps those with the attempt.
    const { name, message, code } = result.error;
    const attributes = {
      messageId: result.id,
      error: name,
      reason: message.slice(0, 200),
      ...(code !== undefined && { code }),
    };
    if (isDead) this.#log.error('dead letter', attributes);
    else if (result.outcome === 'unknown') this.#waitsForCode(attributes);
    else this.#log.warn('attempt failed', attributes);
  }

  /** Told of the first one alone: until a deployment has ended, every message of a type may be like it. */
  #waitsForCode(attributes: Record<string, unknown>): void {
    if (this.#hasToldOfNewerCode) return;
    this.#hasToldOfNewerCode = true;
    this.#log.warn('waiting for newer code', attributes);
  }
}
