// Dead letters are deliveries that used up their attempts or were rejected. A person looks at why they died, and
// redrives them once that is mended, or discards them.
//
// The first file to open in operate/, the wing of what people do to a running queue: look, pause, cancel, replay,
// redrive, purge. HTTP's operator routes call it; each action is one SQL routine, which leaves a line with the actor
// in the audit table, so psql can do the same. No consumer imports it.
import type { Database } from '#queue/database.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

/** Which dead letters are meant: those that meet all that is given. An empty filter means every one. */
export interface DeadLetterFilter {
  /** Message ids. */
  readonly ids?: readonly string[];
  readonly queue?: string;
  readonly type?: string;
  /** Died before this instant, ISO 8601. */
  readonly before?: string;
  /** Died at this instant or later, ISO 8601. */
  readonly after?: string;
  /** A text that the error's message contains, in upper or lower case. */
  readonly error?: string;
  /** 16 hexadecimal digits, as letters and groups have them. */
  readonly fingerprint?: string;
}

/** The dead letters that an action is for. */
export interface DeadLetterSelection {
  readonly filter: DeadLetterFilter;
  /** Of those that fit, at most so many in one call: queue by queue, in each the oldest first. 1 to 10000. */
  readonly limit: number;
  /** Where the call before has ended, if there was one; else it begins with the oldest. */
  readonly cursor?: DeadLetterPosition | undefined;
  /** Only counts what one such call would be for; changes nothing and is not audited. */
  readonly dryRun: boolean;
  /** Who the audit table names. */
  readonly actor: string;
}

/** A dead letter with its last error. */
interface DeadLetter {
  readonly messageId: string;
  readonly queue: string;
  readonly type: string;
  readonly error: ErrorRecord | null;
  readonly attempts: number;
  /** ISO 8601. */
  readonly diedAt: string;
  /** Of its queue, its type and its error: the same for letters that differ in numbers and ids alone. */
  readonly fingerprint: string;
}

/** Where a page ends; the next one goes on from there. */
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

/**
 * A page of dead letters, newest first. limit: 1 to 1000. A call looks at some 10,000 letters, so that a page may have few
 * items, or none, and a nextCursor all the same.
 */
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

/** How far a call for many letters has come. */
interface Portion {
  /** How many letters the call was for. */
  readonly matched: number;
  /** Whether more of them fit, so that another call is needed; of a dry run, that it has not counted all. */
  readonly more: boolean;
  /** Where the next call begins when there is more; null for letters that are named by ids. */
  readonly nextCursor: DeadLetterPosition | null;
}

const none = { matched: 0, more: false, nextCursor: null };

/** How many were redriven: 0 for a dry run. */
export interface Redriven extends Portion {
  readonly redriven: number;
}

/**
 * Makes dead letters live deliveries again, with all their attempts before them; groups get theirs in the old order. Up
 * to the limit: call again while there is more.
 */
export async function redriveDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor, cursor }: DeadLetterSelection,
): Promise<Redriven> {
  const [row] = await database.query<{ answer: Redriven }>(
    'select millrace.redrive($1, $2, $3, $4, $5) as answer',
    [JSON.stringify(filter), limit, dryRun, actor, cursor && JSON.stringify(cursor)],
  );
  return row?.answer ?? { ...none, redriven: 0 };
}

/** How many were discarded: 0 for a dry run. */
export interface Discarded extends Portion {
  readonly discarded: number;
}

/**
 * Gives dead letters up for good: they end as cancelled. Their messages and attempts are kept. Up to the limit: call
 * again while there is more.
 */
export async function discardDeadLetters(
  database: Database,
  { filter, limit, dryRun, actor, cursor }: DeadLetterSelection,
): Promise<Discarded> {
  const [row] = await database.query<{ answer: Discarded }>(
    'select millrace.discard($1, $2, $3, $4, $5) as answer',
    [JSON.stringify(filter), limit, dryRun, actor, cursor && JSON.stringify(cursor)],
  );
  return row?.answer ?? { ...none, discarded: 0 };
}
