import type { Page } from '#client/common-answers.ts';
import type { AuditLine } from '#client/deployment-answers.ts';
import type { Database } from '#queue/database.ts';

/** Which page of the audit table is meant. */
export interface AuditPage {
  /** Only what this one did. */
  readonly actor?: string | undefined;
  /** Only this action, such as `purge`. */
  readonly action?: string | undefined;
  /** nextCursor of the page before: the id of a line. */
  readonly cursor?: string | undefined;
  /** 1 to 200. */
  readonly limit: number;
}

/**
 * A page of what operators did, newest first. A call looks at 10,000 lines, so that a page may have few items, or none, and a
 * nextCursor all the same.
 */
export async function listAudit(
  database: Database,
  { actor, action, cursor, limit }: AuditPage,
): Promise<Page<AuditLine>> {
  const [row] = await database.query<{ page: Page<AuditLine> }>(
    'select millrace.audit_lines($1, $2, $3, $4) as page',
    [actor ?? null, action ?? null, cursor ?? null, limit],
  );
  return row?.page ?? { items: [], nextCursor: null };
}
