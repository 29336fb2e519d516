// What the doctor says of one thing that it has looked at.

/** ok: as it should be. warn: it works, and somebody should look. bad: something does not work, or will not for long. */
export type Level = 'ok' | 'warn' | 'bad';

export interface Finding {
  /** What was looked at, such as "old snapshots". */
  readonly check: string;
  readonly level: Level;
  /** What was found, as one sentence without a full stop. */
  readonly says: string;
  /** What it means for the queue; left out where nothing is wrong. */
  readonly means?: string;
  /** A command or a line of SQL. */
  readonly todo?: string;
}

/** One look; it may find several things. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<readonly Omit<Finding, 'check'>[]>;
}

export const ok = (says: string): Omit<Finding, 'check'> => ({ level: 'ok', says });
