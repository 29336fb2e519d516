-- Locks the suspects that find_suspects has found, as far as they still are what it saw, in the same order: as many as
-- may be together and at most max_count, both without a bound when they are null or 0. claim_suspects calls it.
create or replace function millrace.lock_suspects(
  queue_row millrace.queue, ids uuid[], together integer, max_count integer
) returns millrace.delivery[]
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select coalesce(array_agg(s.suspect order by s.position), '{}')
  from (
    select d as suspect, i.position
    from unnest(lock_suspects.ids) with ordinality as i(id, position)
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[i.id]) and d.queue_id + 0 = queue_row.id
    -- Read again under the lock, since another consumer may have claimed it after the search saw it.
    where (d.lease_expires_at <= statement_timestamp() or (d.lease_expires_at is null and d.lost_leases is not null))
      and millrace.suspects_together(
        d.attempt, queue_row.max_attempts, d.lease_expires_at is not null, d.lost_leases
      ) = lock_suspects.together
    order by i.position
    limit least(nullif(lock_suspects.together, 0), lock_suspects.max_count)
    -- What somebody else has his hands on, another consumer or the holder who settles late, is his.
    for update of d skip locked
  ) as s
$$;
