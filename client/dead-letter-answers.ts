// What the HTTP API answers about dead letters, and what it is told of which ones are meant.
import type { ShownError } from './common-answers.ts';

export interface DeadLetter {
  readonly messageId: string;
  readonly queue: string;
  readonly type: string;
  readonly error: ShownError | null;
  readonly attempts: number;
  readonly diedAt: string;
  /** Of its error: the same for letters that differ in numbers and ids alone. */
  readonly fingerprint: string;
}

export interface DeadLetterFilter {
  readonly queue?: string;
  readonly type?: string;
  readonly before?: string;
  readonly after?: string;
  /** Text in the error's message, in any case. */
  readonly error?: string;
  readonly fingerprint?: string;
}

/** Which dead letters a redrive or a discard means. */
export interface DeadLetterChoice {
  readonly ids?: readonly string[];
  readonly filter?: DeadLetterFilter;
  /** 1 to 10,000, default 1,000. */
  readonly limit?: number;
  readonly cursor?: string;
  readonly dryRun?: boolean;
}

/** The newest dead letters, by what killed them: most frequent first. */
export interface DeadLetterGroups {
  readonly items: readonly {
    readonly fingerprint: string;
    readonly queue: string;
    readonly type: string;
    /** Of the newest letter. */
    readonly error: ShownError | null;
    readonly count: number;
    readonly oldestAt: string;
    readonly newestAt: string;
  }[];
  /** How many letters were looked at. */
  readonly counted: number;
  /** Whether there are older ones that were not. */
  readonly more: boolean;
}

export interface Redriven {
  readonly matched: number;
  readonly redriven: number;
  readonly more: boolean;
  readonly nextCursor: string | null;
}

export interface Discarded {
  readonly matched: number;
  readonly discarded: number;
  readonly more: boolean;
  readonly nextCursor: string | null;
}
