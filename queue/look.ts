// Where a drain stands in a queue's order, and when it may call the queue empty: a rolled-back claim or a late
// commit can leave a delivery behind the cursor, so only a look from the start that finds nothing counts.
import type { Cursor } from './claimed-delivery.ts';
import type { Exchanged } from './settle-and-claim.ts';

export class Look {
  #cursor: Cursor | null;
  #isOver: boolean;
  #fromStart = true;
  #wasShort = false;
  #limitedUntil = 0;

  private constructor(cursor: Cursor | null, isOver: boolean) {
    this.#cursor = cursor;
    this.#isOver = isOver;
  }

  /** A look that begins with the survey's cursor, which stands at the start of every level. */
  static from(cursor: Cursor): Look {
    return new Look(cursor, false);
  }

  /** A look that claims nothing. */
  static over(): Look {
    return new Look(null, true);
  }

  /** What the next claim is to pass on; null looks from the start. */
  get cursor(): Cursor | null {
    return this.#cursor;
  }

  /** Nothing is left to claim in this drain. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The last claim got less than it asked for: there is no hurry with the next. */
  get wasShort(): boolean {
    return this.#wasShort;
  }

  /** How long there is no use in asking again, since the queue's own limit cut the last claim short; else 0. */
  get limitedMs(): number {
    return Math.max(0, this.#limitedUntil - performance.now());
  }

  record(wanted: number, { deliveries, cursor, limitedMs }: Exchanged): void {
    const claimed = deliveries.length;
    this.#wasShort = claimed < wanted;
    this.#limitedUntil = performance.now() + (limitedMs ?? 0);
    if (claimed > 0) this.#goOn(cursor);
    else if (limitedMs === undefined) this.#startOver();
  }

  #goOn(cursor: Cursor): void {
    this.#fromStart = false;
    this.#cursor = cursor;
  }

  #startOver(): void {
    this.#isOver = this.#fromStart;
    this.#fromStart = true;
    this.#cursor = null;
  }
}
