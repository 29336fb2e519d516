import type { DeadLetterFilter } from './dead-letters.ts';

/** The dead letters that an action is for. */
export interface DeadLetterSelection {
  readonly filter: DeadLetterFilter;
  /** 1 to 10000, the newest first. */
  readonly limit: number;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  readonly actor: string;
}
