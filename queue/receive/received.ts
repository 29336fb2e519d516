// What a carrier such as SQS has delivered, and what it is told of each message. Nothing in this wing knows which carrier it is.
import type { WireMessage } from '#queue/routines/wire-message.ts';

/** A copy of a message, as it was delivered. */
export interface Received {
  /** The carrier's own name of the copy. */
  readonly key: string;
  readonly message: WireMessage;
  /** How many times the carrier has delivered the copy, this one included. */
  readonly count: number;
  /** When the carrier took the copy, in milliseconds since 1970. */
  readonly sentAtMs: number;
}

/** What is asked of a carrier while an invocation is under way. Both are of use but not needed, so that neither ever rejects. */
export interface Carrier {
  /** Forgets copies for good. What it fails to forget is delivered again. */
  readonly acknowledge: (copies: readonly Received[]) => Promise<void>;
  /** Hides copies for so many seconds from now on, 0 to 43,200. What it fails to hide comes back at the carrier's own time. */
  readonly hide: (waits: ReadonlyMap<Received, number>) => Promise<void>;
}
