// What the HTTP API answers about dead letters, and what it is told of which ones are meant.
import type { Partly, ShownError } from './common-answers.ts';

/** A delivery that has used up its attempts, or was rejected. */
export interface DeadLetter {
  /** Of its message. */
  readonly messageId: string;
  /** In which it died. */
  readonly queue: string;
  /** Of its message. */
  readonly type: string;
  /** Of the last attempt; null where none was recorded. */
  readonly error: ShownError | null;
  /** How many it has had. */
  readonly attempts: number;
  /** When the last attempt ended. */
  readonly diedAt: string;
  /** Of its error: the same for letters that differ in numbers and ids alone. */
  readonly fingerprint: string;
}

/** Which dead letters are meant; what is left out fits all. */
export interface DeadLetterFilter {
  /** In this queue. */
  readonly queue?: string;
  /** Of this message type. */
  readonly type?: string;
  /** Died before this instant. */
  readonly before?: string;
  /** Died at this instant or later. */
  readonly after?: string;
  /** Text in the error's message, in any case. */
  readonly error?: string;
  /** With this fingerprint of their error. */
  readonly fingerprint?: string;
}

/** Which dead letters a redrive or a discard means. */
export interface DeadLetterChoice {
  /** Of messages, at most 1,000. With a filter, too: those that fit both. */
  readonly ids?: readonly string[];
  /** Empty: all. */
  readonly filter?: DeadLetterFilter;
  /** 1 to 10,000, default 1,000. */
  readonly limit?: number;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string;
  /** Counts, as far as the limit, and changes nothing. */
  readonly dryRun?: boolean;
}

/** The newest dead letters, by what killed them: most frequent first. */
export interface DeadLetterGroups extends Partly {
  /** One for each queue, type and fingerprint. */
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

/** What a redrive has done, or would do. */
export interface Redriven {
  /** How many letters fitted, up to the limit. */
  readonly matched: number;
  /** How many go round again. */
  readonly redriven: number;
  /** Whether to call again for the rest. */
  readonly more: boolean;
  /** For the next call when there is more; null for letters named by ids. */
  readonly nextCursor: string | null;
}

/** What a discard has done, or would do. */
export interface Discarded {
  /** How many letters fitted, up to the limit. */
  readonly matched: number;
  /** How many were given up. */
  readonly discarded: number;
  /** Whether to call again for the rest. */
  readonly more: boolean;
  /** For the next call when there is more; null for letters named by ids. */
  readonly nextCursor: string | null;
}
