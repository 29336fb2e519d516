// Dead letters by what killed them: a look at thousands of them that fits on a page.
import type { Database } from '#queue/database.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';
import type { DeadLetterFilter } from './dead-letters.ts';

/** Letters that died of the same. Instants are ISO 8601. */
export interface DeadLetterGroup {
  readonly fingerprint: string;
  readonly queue: string;
  readonly type: string;
  /** Of the newest letter. */
  readonly error: ErrorRecord | null;
  readonly count: number;
  readonly oldestAt: string;
  readonly newestAt: string;
}

export interface DeadLetterGroups {
  /** At most 100, most frequent first. */
  readonly items: readonly DeadLetterGroup[];
  /** How many letters were looked at. */
  readonly counted: number;
  /** Whether there are older ones that were not. */
  readonly more: boolean;
}

/** The newest 10,000 dead letters, those of them that fit the filter, in groups. */
export async function deadLetterGroups(
  database: Database,
  filter: DeadLetterFilter,
): Promise<DeadLetterGroups> {
  const [row] = await database.query<{ groups: DeadLetterGroups }>(
    'select millrace.dead_letter_groups($1) as groups',
    [JSON.stringify(filter)],
  );
  return row?.groups ?? { items: [], counted: 0, more: false };
}
