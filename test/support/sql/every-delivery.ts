// Live deliveries as rows, whether they stand by themselves or in parcels.

/** One live delivery, in whichever row it is. */
export interface Row {
  readonly id: string;
  readonly status: 'pending' | 'scheduled' | 'blocked' | 'processing';
  readonly attempt: number;
  readonly priority: number;
  readonly groupKey: string | null;
  readonly token: string | null;
  /** Seconds from now until it may be claimed; Infinity for a blocked one. */
  readonly dueIn: number;
  /** Seconds from now until its lease ends. */
  readonly leaseEndsIn: number | null;
}

/** Rows like those of delivery, also of what is in parcels: with its position there, which is null for single ones. */
export const everyDelivery = `
  select message_id, queue_id, priority, available_at, lease_expires_at, lease_token, group_key, sequence,
    null::bigint as position
  from millrace.delivery
  union all
  select m.id, p.queue_id, p.priority, coalesce(m.available_at, p.available_at), p.lease_expires_at, p.lease_token, null, p.sequence, m.position
  from millrace.parcel p
  cross join unnest(p.message_ids, p.available_ats) with ordinality as m(id, available_at, position)`;
