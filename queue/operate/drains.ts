import type { Page } from '#client/common-answers.ts';
import type { Drain } from '#client/deployment-answers.ts';
import type { Database } from '#queue/database.ts';

/** Which page of the drains is meant. */
export interface DrainsPage {
  /** Only what drains did in this queue; without it, in all. */
  readonly queue?: string | undefined;
  /** nextCursor of the page before: an instant, ISO 8601. */
  readonly cursor?: string | undefined;
  /** 1 to 200. */
  readonly limit: number;
}

/** A page of the drains that did something in the last week, newest first; an empty one for an unknown queue. */
export async function listDrains(
  database: Database,
  { queue, cursor, limit }: DrainsPage,
): Promise<Page<Drain>> {
  const [row] = await database.query<{ page: Page<Drain> }>(
    'select millrace.drains($1, $2, $3) as page',
    [queue ?? null, cursor ?? null, limit],
  );
  return row?.page ?? { items: [], nextCursor: null };
}
