-- Takes suspects of paused keys out of a fair queue's line: they are handled again when their key goes on. claim_suspects calls it
-- when the queue has paused keys.
create or replace function millrace.hold_back_suspects(queue_row millrace.queue) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  lost record;
  paused text[];
begin
  select array_agg(first.message_id) as ids, array_agg(first.fairness_key) as keys
  into lost
  from json_to_recordset(millrace.starting_cursor(queue_row.id)) as l(priority smallint)
  cross join lateral (
    -- Where find_suspects looks for them.
    select d.message_id, d.fairness_key, d.lease_expires_at is not null or d.lost_leases is not null as is_suspect
    from millrace.delivery d
    where d.queue_id = queue_row.id
      and d.priority = l.priority
      and d.available_at <= statement_timestamp()
      and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
    order by d.available_at, d.sequence
    limit 200
  ) as first
  where first.is_suspect;
  paused := millrace.paused_among(queue_row.id, lost.keys);
  if paused <> '{}' then
    with standing as materialized (
      select d.ctid as place
      from unnest(lost.ids) as i(id)
      -- Served by the primary key alone; settle_done explains this form.
      join millrace.delivery d on d.message_id = any (array[i.id]) and d.queue_id + 0 = queue_row.id
      where d.fairness_key = any (paused)
        and d.available_at <= statement_timestamp()
        -- Read again under the lock, as in lock_suspects.
        and (d.lease_expires_at <= statement_timestamp() or (d.lease_expires_at is null and d.lost_leases is not null))
      for update of d skip locked
    )
    update millrace.delivery d
    set available_at = millrace.held_place(d.available_at), due_at = millrace.due_since(d.available_at, d.due_at)
    where d.ctid = any (array(select s.place from standing s));
  end if;
end
$$;
