-- Leases whole parcels of a queue in claim order, from the cursor on and before a place, where one is given, with at most
-- max_count members together. One that is too large by itself is split; one that is too large beside the others is left to the
-- next claim, and is_cut says so. Answers how many members there are, and the cursor for the next claim; held_parcels has the
-- members. claim_parcels calls it.
create or replace function millrace.lease_parcels(
  queue_row millrace.queue, token uuid, max_count integer, start json, before_priority smallint,
  before_at timestamptz, out members integer, out is_cut boolean, out cursor json
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  lease_end constant timestamptz := statement_timestamp() + make_interval(secs => queue_row.lease_seconds);
  level record;
  next record;
  kib integer := 0;
  levels json[] := '{}';
begin
  members := 0;
  is_cut := false;
  for level in
    select l.priority, l."availableAt" as available_at, l.sequence, l."parcelAt" as parcel_at,
      l."parcelSequence" as parcel_sequence
    from json_to_recordset(start) as l(
      priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
    )
  loop
    while members < max_count and not is_cut loop
      -- One after the other, so that none is locked that is not taken: it would be passed over by others meanwhile.
      select p.ctid as place, p.available_at, p.sequence, cardinality(p.message_ids) as members,
        (select sum(k) from unnest(p.kibs) as k) as kib
      into next
      from millrace.parcel p
      where p.queue_id = queue_row.id
        and p.priority = level.priority
        and (p.available_at, p.sequence) > (level.parcel_at, level.parcel_sequence)
        and p.lease_token is null
        and (before_priority is null or (p.priority, p.available_at) < (before_priority, before_at))
      order by p.available_at, p.sequence
      limit 1
      -- What another consumer is claiming at this moment will be its own.
      for update skip locked;
      exit when not found;
      if next.members > max_count and members = 0 then
        perform millrace.split_parcel(next.place, max_count, token, lease_end);
        members := max_count;
      elsif members + next.members > max_count or (members > 0 and kib + next.kib > millrace.most_claim_kib()) then
        is_cut := true;
      else
        update millrace.parcel p set lease_token = lease_parcels.token, lease_expires_at = lease_end where p.ctid = next.place;
        members := members + next.members;
        kib := kib + next.kib;
        level.parcel_at := next.available_at;
        level.parcel_sequence := next.sequence;
      end if;
    end loop;
    levels := levels || millrace.cursor_level(
      level.priority, level.available_at, level.sequence, level.parcel_at, level.parcel_sequence
    );
  end loop;
  cursor := to_json(levels);
end
$$;
