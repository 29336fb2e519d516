// Parcels of a test's own, put into the tables as an enqueue does it, in the state that the test is about.
import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '#test/support/database.ts';

export interface Parcel {
  /** In the order of its claim. */
  readonly ids: string[];
  /** Of its lease; null when it has none. */
  readonly token: string | null;
}

interface Contents {
  /** How many messages; default 3. */
  readonly count?: number;
  readonly priority?: number;
  /** fresh without a lease (the default), held by one, or left behind by one that ran out. */
  readonly state?: 'fresh' | 'held' | 'lost';
  /** Whose time all ids have; one of now unless given. */
  readonly like?: string;
}

interface Lane {
  readonly name: string;
  readonly type: string;
}

/** Stores new messages of the queue's type that are in one parcel of that queue. */
export async function storeParcel(
  { query }: Pick<TestDatabase, 'query'>,
  queue: Lane,
  { count = 3, priority = 5, state = 'fresh', like }: Contents = {},
): Promise<Parcel> {
  const token = state === 'fresh' ? null : randomUUID();
  const [stored] = await query<{ ids: string[] }>(
    `with made as (
       insert into millrace.message (id, type, payload)
       select overlay(first.id placing lpad(to_hex(n), 4, '0') from 33)::uuid, $2, jsonb_build_object('n', n)
       from (select coalesce($7, millrace.uuid_v7()::text) as id) as first, generate_series(1, $3::int) as n
       returning id
     )
     insert into millrace.parcel (
       queue_id, priority, first_id, message_ids, kibs, lease_token, lease_expires_at
     )
     select q.id, $4, (array_agg(m.id order by m.id))[1], array_agg(m.id order by m.id), array_agg(1),
       $5, statement_timestamp() + make_interval(secs => $6)
     from made m, millrace.queue q
     where q.name = $1
     group by q.id
     returning message_ids as ids`,
    [
      ...[queue.name, queue.type, count, priority, token],
      { fresh: null, held: 60, lost: -1 }[state],
      like,
    ],
  );
  if (!stored) throw new Error(`no queue is named ${queue.name}`);
  return { ids: stored.ids, token };
}
