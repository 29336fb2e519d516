-- Leases whole parcels of a queue in claim order, from the cursor on and before a place, where one is given, with at most
-- max_count members together. One that is too large by itself is split; one that is too large beside the others is left to the
-- next claim, and is_cut says so. Answers how many members each has and since when they have been due, the size of all, and the
-- cursor for the next claim; held_parcels has the members. claim_parcels calls it.
create or replace function millrace.lease_parcels(
  queue_row millrace.queue, token uuid, max_count integer, start json, before_priority smallint,
  before_at timestamptz, out counts integer[], out available_ats timestamptz[], out kib integer, out is_cut boolean,
  out cursor json
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
  -- Transactions that are under way at this moment; see claim_fresh.
  others_at_work constant xid[] := array(select x::xid from pg_snapshot_xip(pg_current_snapshot()) as x);
  level record;
  next record;
  members integer := 0;
  places tid[] := '{}';
  levels json[] := '{}';
begin
  kib := 0;
  is_cut := false;
  for level in
    select l.priority, l."availableAt" as available_at, l.sequence, l."parcelAt" as parcel_at,
      l."parcelSequence" as parcel_sequence
    from json_to_recordset(start) as l(
      priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
    )
  loop
    while members < max_count and not is_cut loop
      for next in
        select p.ctid as place, p.available_at, p.sequence, p.kibs, cardinality(p.message_ids) as members,
          (select sum(k) from unnest(p.kibs) as k) as kib
        from millrace.parcel p
        where p.queue_id = queue_row.id
          and p.priority = level.priority
          and (p.available_at, p.sequence) > (level.parcel_at, level.parcel_sequence)
          and p.lease_token is null
          and (before_priority is null or (p.priority, p.available_at) < (before_priority, before_at))
          and p.xmax <> all (others_at_work)
        order by p.available_at, p.sequence
        limit (max_count - members + 99) / 100
      loop
        if members > 0
          and (members + next.members > max_count or kib + next.kib > millrace.most_claim_kib())
        then
          is_cut := true;
          exit;
        end if;
        -- Only now: others would pass over what is locked and not taken, and would go on behind it.
        perform from millrace.parcel p
        where p.ctid = next.place and p.queue_id = queue_row.id and p.sequence = next.sequence and p.lease_token is null
        -- What another consumer is claiming at this moment will be its own.
        for update skip locked;
        if not found then
          level.parcel_at := next.available_at;
          level.parcel_sequence := next.sequence;
          continue;
        end if;
        if next.members > max_count then
          perform millrace.split_parcel(next.place, max_count, token, lease_end);
          next.members := max_count;
          next.kib := (select sum(k) from unnest(next.kibs[:max_count]) as k);
        else
          places := places || next.place;
          level.parcel_at := next.available_at;
          level.parcel_sequence := next.sequence;
        end if;
        members := members + next.members;
        kib := kib + next.kib;
        counts := counts || next.members;
        available_ats := available_ats || next.available_at;
      end loop;
      exit when not found;
    end loop;
    levels := levels || millrace.cursor_level(
      level.priority, level.available_at, level.sequence, level.parcel_at, level.parcel_sequence
    );
  end loop;
  if places <> '{}' then
    update millrace.parcel p
    set lease_token = lease_parcels.token, lease_expires_at = lease_end
    where p.ctid = any (places);
  end if;
  cursor := to_json(levels);
end
$$;
