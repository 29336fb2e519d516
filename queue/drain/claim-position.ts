// Where a drain stands in a queue's order. A look that finds nothing is over; whether a rolled-back claim or a late
// commit has left something behind it is for the next survey to say, which looks from the start.
import type { Cursor } from '#queue/routines/claimed-delivery.ts';
import type { Exchanged } from '#queue/routines/settle-and-claim.ts';

export class ClaimPosition {
  #cursor: Cursor | null;
  #isAtEnd: boolean;
  #wasFull = false;
  #limitedUntil = 0;

  private constructor(cursor: Cursor | null, isAtEnd: boolean) {
    this.#cursor = cursor;
    this.#isAtEnd = isAtEnd;
  }

  /** A look that begins with the survey's cursor, which stands before the first delivery of every level. */
  static from(cursor: Cursor): ClaimPosition {
    return new ClaimPosition(cursor, false);
  }

  /** A look that claims nothing. */
  static over(): ClaimPosition {
    return new ClaimPosition(null, true);
  }

  /** What the next claim is to pass on. */
  get cursor(): Cursor | null {
    return this.#cursor;
  }

  /** Nothing is left to claim from here on. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** The last claim got all that it asked for: there is more, most likely. */
  get wasFull(): boolean {
    return this.#wasFull;
  }

  /** How long there is no use in asking again, since the queue's own limit cut the last claim short; else 0. */
  get limitedMs(): number {
    return Math.max(0, this.#limitedUntil - performance.now());
  }

  record(wanted: number, { deliveries, cursor, limitedMs }: Exchanged): void {
    const claimed = deliveries.length;
    this.#wasFull = claimed === wanted;
    this.#limitedUntil = performance.now() + (limitedMs ?? 0);
    // Of two calls at once the later answer may stand a batch behind the other: its claims only look again.
    if (claimed > 0) this.#cursor = cursor;
    else if (limitedMs === null) this.#isAtEnd = true;
  }
}
