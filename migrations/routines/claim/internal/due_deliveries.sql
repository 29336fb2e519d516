-- What single deliveries a queue has whose time has come since, or comes until then, for every priority level that has some: when
-- the oldest that is live was due, whether there are fresh ones and suspects, since when the first of these waits, the position just
-- before the first fresh one, and of those fresh ones that were seen the number and the size. survey calls it.
-- Each priority is probed by itself along the index in claim order: a level full of scheduled deliveries costs one probe.
create or replace function millrace.due_deliveries(in_queue smallint, since timestamptz, until timestamptz)
returns table (
  level integer, oldest timestamptz, fresh boolean, suspects boolean, waiting_since timestamptz, available_at timestamptz,
  sequence bigint, fresh_count bigint, fresh_kib bigint
)
language plpgsql stable strict rows 9
set search_path = pg_catalog, pg_temp
-- As in survey: a custom plan would come out the same, and cost its planning at every tick.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  return query
    select level, oldest.available_at, seen.*
    from generate_series(1, 9) as level
    cross join lateral (
      -- The oldest live row of the level, leased or not: the walk over finished rows ends here, and the search below
      -- begins here instead of walking them again.
      select d.available_at
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = level
        and d.available_at between since and until
      order by d.available_at
      limit 1
    ) as oldest
    cross join lateral (
      -- A suspect was claimed before what is still fresh, so it stands among the first claimable rows: 200 are enough
      -- to find it, and a backlog is not walked. When all 200 are suspects, fresh ones may follow.
      select bool_or(not first.is_suspect) or count(*) = 200 as fresh, bool_or(first.is_suspect) as suspects,
        min(first.due_since) as waiting_since,
        -- The position just before the first fresh row: the first claim does not walk again what this search has
        -- walked.
        (array_agg(first.available_at) filter (where not first.is_suspect))[1] as available_at,
        (array_agg(first.sequence - 1) filter (where not first.is_suspect))[1] as sequence,
        count(*) filter (where not first.is_suspect) as fresh_count, sum(first.kib) filter (where not first.is_suspect) as fresh_kib
      from (
        -- A suspect whose lease was released is still one; see find_suspects.
        select d.lease_expires_at is not null or d.lost_leases is not null as is_suspect, d.available_at, d.sequence, d.kib,
          millrace.due_since(d.available_at, d.due_at) as due_since
        from millrace.delivery d
        where d.queue_id = in_queue
          and d.priority = level
          and d.available_at between oldest.available_at and until
          and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
        order by d.available_at, d.sequence
        limit 200
      ) as first
    ) as seen;
end
$$;
