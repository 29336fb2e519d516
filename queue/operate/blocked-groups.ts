import type { Database } from '#queue/database.ts';
import type { DeliveryStatus } from '#queue/routines/delivery-status.ts';

/** A group that has members waiting, and what they wait for. */
export interface BlockedGroup {
  readonly groupKey: string;
  /** How many members wait, counted up to 1000. */
  readonly waiting: number;
  /** The message that the group waits for; null, as is all of it below, when that ended at this very moment. */
  readonly messageId: string | null;
  readonly status: DeliveryStatus | null;
  readonly availableAt: string | null;
  readonly attempt: number | null;
}

export interface BlockedGroupsPage {
  readonly queue: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** The last key of the page before. */
  readonly after?: string;
}

export interface BlockedGroups {
  readonly items: readonly BlockedGroup[];
  /** The key behind which the next page begins; null after the last page. */
  readonly nextCursor: string | null;
}

/**
 * A page of the groups of a queue in which members wait behind others, in key order; an empty one for an unknown
 * queue. A group's length does not matter to its cost. A call looks at 10,000 groups, so that a page may have few items,
 * or none, and a nextCursor all the same.
 */
export async function blockedGroups(
  database: Database,
  { queue, limit, after = '' }: BlockedGroupsPage,
): Promise<BlockedGroups> {
  const [row] = await database.query<{ groups: BlockedGroup[] }>(
    `select coalesce(json_agg(json_build_object(
       'groupKey', b.group_key, 'waiting', b.waiting, 'messageId', b.message_id,
       'status', b.status, 'availableAt', b.available_at, 'attempt', b.attempt
     ) order by b.group_key), '[]') as groups
     from millrace.blocked_groups($1, $2, $3) as b`,
    [queue, limit, after],
  );
  const rows = row?.groups ?? [];
  const last = rows.at(-1);
  return {
    items: rows.filter(({ waiting }) => waiting > 0),
    nextCursor: last && (rows.length === limit || last.waiting === 0) ? last.groupKey : null,
  };
}
