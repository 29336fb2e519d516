-- Gives turns to deliveries of a fair queue that are due and stand at a time: that were delayed, wait for a retry, were sent round
-- again, were let go by their group, or came without a key. In the order in which they became due, up to so many in a call.
-- Answers for each level of the cursor how far it has come, and whether there may be more. claim_fair calls it.
-- The cursor has the positions of arrivals in its members for parcels, since a fair queue has none.
create or replace function millrace.seat_arrivals(in_queue smallint, start json, most integer, out cursor json, out is_full boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  arrived record;
begin
  select array_agg(a.place) as places, array_agg(a.priority) as priorities, array_agg(a.available_at) as available_ats,
    array_agg(a.sequence) as sequences
  into arrived
  from (
    select l.priority, a.*
    from json_to_recordset(start) as l(priority smallint, "parcelAt" timestamptz, "parcelSequence" bigint)
    cross join lateral (
      select d.ctid as place, d.available_at, d.sequence
      from millrace.delivery d
      where d.queue_id = in_queue
        and d.priority = l.priority
        and (d.available_at, d.sequence) > (greatest(l."parcelAt", millrace.turns_end()), l."parcelSequence")
        and d.available_at <= statement_timestamp()
        and d.lease_expires_at is null
        -- A suspect that was released is still one; claim_suspects has it.
        and d.lost_leases is null
      order by d.available_at, d.sequence
      limit most
      -- What another claim is giving turns to at this moment is passed over.
      for update skip locked
    ) as a
    limit most
  ) as a;
  is_full := coalesce(cardinality(arrived.places), 0) = most;
  if arrived.places is not null then
    perform millrace.seat(in_queue, arrived.places);
  end if;
  select json_agg(
    case
      when last.position is not null then millrace.cursor_level(
        l.priority, l."availableAt", l.sequence, arrived.available_ats[last.position], arrived.sequences[last.position]
      )
      else millrace.cursor_level(l.priority, l."availableAt", l.sequence, l."parcelAt", l."parcelSequence")
    end
    order by l.priority
  )
  into cursor
  from json_to_recordset(start) as l(
    priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
  )
  cross join lateral (
    select max(p) as position from unnest(array_positions(arrived.priorities, l.priority)) as p
  ) as last;
end
$$;
