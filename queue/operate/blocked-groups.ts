import type { Database } from '#queue/database.ts';
import type { DeliveryState } from './message-status.ts';

export interface BlockedGroup {
  readonly groupKey: string;
  /** Counted up to 1000. */
  readonly waiting: number;
  /** What the group waits for; null when it ended at this moment. */
  readonly messageId: string | null;
  readonly status: DeliveryState | null;
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

/** The groups of a queue that have members waiting behind others, in key order; none for an unknown queue. */
export async function blockedGroups(
  database: Database,
  { queue, limit, after = '' }: BlockedGroupsPage,
): Promise<readonly BlockedGroup[]> {
  const [row] = await database.query<{ groups: BlockedGroup[] }>(
    `select coalesce(json_agg(json_build_object(
       'groupKey', b.group_key, 'waiting', b.waiting, 'messageId', b.message_id,
       'status', b.status, 'availableAt', b.available_at, 'attempt', b.attempt
     ) order by b.group_key), '[]') as groups
     from millrace.blocked_groups($1, $2, $3) as b`,
    [queue, limit, after],
  );
  return row?.groups ?? [];
}
