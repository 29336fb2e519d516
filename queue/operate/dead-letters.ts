// Deliveries that used up their attempts or were rejected: finding, redriving and discarding them.
import type { Database } from '#queue/database.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

/** What is absent fits all. */
export interface DeadLetterFilter {
  /** Of messages. */
  readonly ids?: readonly string[];
  readonly queue?: string;
  readonly type?: string;
  /** Died before this instant, ISO 8601. */
  readonly before?: string;
  /** Died at this instant or later, ISO 8601. */
  readonly after?: string;
  /** Text in the error's message, in any case. */
  readonly error?: string;
}

/** The dead letters that an action is for. */
export interface DeadLetterSelection {
  readonly filter: DeadLetterFilter;
  /** 1 to 10000, the newest first. */
  readonly limit: number;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  readonly actor: string;
}

interface DeadLetter {
  readonly messageId: string;
  readonly queue: string;
  readonly type: string;
  readonly error: ErrorRecord | null;
  readonly attempts: number;
  readonly diedAt: string;
}

/** Where a page ends. */
export interface DeadLetterPosition {
  readonly diedAt: string;
  readonly messageId: string;
  readonly queueId: number;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  /** Null after the last page. */
  readonly nextCursor: DeadLetterPosition | null;
}

/** A page of dead letters, newest first; limit from 1 to 1000. */
export async function deadLetters(
  database: Database,
  filter: DeadLetterFilter,
  { cursor, limit }: { cursor?: DeadLetterPosition | undefined; limit: number },
): Promise<DeadLetterPage> {
  const [row] = await database.query<{ page: DeadLetterPage }>(
    'select millrace.dead_letters($1, $2, $3) as page',
    [JSON.stringify(filter), cursor === undefined ? null : JSON.stringify(cursor), limit],
  );
  return row?.page ?? { items: [], nextCursor: null };
}

export interface Redriven {
  readonly matched: number;
  readonly redriven: number;
}

/** Sends dead letters round again, with all their attempts before them. */
export async function redriveDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor }: DeadLetterSelection,
): Promise<Redriven> {
  const [row] = await database.query<{ answer: Redriven }>(
    'select millrace.redrive($1, $2, $3, $4) as answer',
    [JSON.stringify(filter), limit, dryRun, actor],
  );
  return row?.answer ?? { matched: 0, redriven: 0 };
}

export interface Discarded {
  readonly matched: number;
  readonly discarded: number;
}

/** Gives dead letters up for good; their messages are kept. */
export async function discardDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor }: DeadLetterSelection,
): Promise<Discarded> {
  const [row] = await database.query<{ answer: Discarded }>(
    'select millrace.discard($1, $2, $3, $4) as answer',
    [JSON.stringify(filter), limit, dryRun, actor],
  );
  return row?.answer ?? { matched: 0, discarded: 0 };
}
