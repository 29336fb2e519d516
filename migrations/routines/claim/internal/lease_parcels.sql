-- Leases whole parcels of a queue in claim order, from the cursor on and before the first single delivery that is due, with at
-- most max_count members together. One that is too large by itself is split; one that is too large beside the others is left to
-- the next claim, and is_cut says so. Answers how many members each has and since when they have been due, the size of all,
-- whether single deliveries follow, and the cursor for the next claim; held_parcels has the members. No counts when a single
-- delivery comes before the first parcel, whose place it then answers, when others are claiming what there is, and when there is
-- no parcel at all, which has_parcels tells. claim calls it.
-- Each statement's start takes about as long as its work, so one finds what is next (next_parcels), and one locks and leases all
-- that fit.
create or replace function millrace.lease_parcels(
  queue_row millrace.queue, token uuid, max_count integer, start json, out counts integer[], out available_ats timestamptz[],
  out kib integer, out is_cut boolean, out has_singles boolean, out cursor json, out before_priority smallint,
  out before_at timestamptz, out has_parcels boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  lease_end constant timestamptz := statement_timestamp() + make_interval(secs => queue_row.lease_seconds);
  next record;
  fitting integer;
  reached integer;
  size integer;
  leased bigint[];
  members integer := 0;
  -- As many as there are when each is full. Where they are not, more are looked at.
  at_once integer := (max_count + 99) / 100;
  last_priority smallint := 0;
  last_at timestamptz;
  last_sequence bigint;
  -- Where what this claim has leased, or found in other hands, stands.
  passed_priorities smallint[] := '{}';
  passed_ats timestamptz[] := '{}';
  passed_sequences bigint[] := '{}';
begin
  kib := 0;
  cursor := start;
  loop
    next := millrace.next_parcels(queue_row.id, start, last_priority, last_at, last_sequence, at_once);
    has_parcels := next.has_parcels;
    exit when next.places is null;
    has_singles := next.has_singles;
    -- At the same moment single ones were parted from in front of the parcel.
    if next.behind_single = cardinality(next.places) then
      before_priority := next.priorities[1];
      before_at := next.available_ats[1];
      exit;
    end if;

    fitting := 0;
    reached := members;
    size := kib;
    for place in 1..cardinality(next.places) - next.behind_single loop
      exit when reached >= max_count;
      is_cut := reached > 0
        and (reached + next.counts[place] > max_count or size + next.kibs[place] > millrace.most_claim_kib());
      exit when is_cut;
      reached := reached + next.counts[place];
      size := size + next.kibs[place];
      fitting := place;
    end loop;

    passed_priorities := passed_priorities || next.priorities[:fitting];
    passed_ats := passed_ats || next.available_ats[:fitting];
    passed_sequences := passed_sequences || next.sequences[:fitting];
    -- Only now are they locked, and only those that fit: others pass over what is locked and not taken, and go on behind it. What
    -- another consumer is claiming at this moment will be its own.
    if reached > max_count then
      perform from millrace.parcel p
      where p.ctid = next.places[1] and p.queue_id = queue_row.id and p.sequence = next.sequences[1] and p.lease_token is null
      for update skip locked;
      if found then
        perform millrace.split_parcel(next.places[1], max_count, token, lease_end);
        counts := array[max_count];
        available_ats := next.available_ats[:1];
        kib := (
          select sum(k.kib) from millrace.parcel p cross join lateral unnest(p.kibs) as k(kib)
          where p.lease_token = lease_parcels.token and p.queue_id + 0 = queue_row.id
        );
        exit;
      end if;
    elsif fitting > 0 then
      with leased as (
        update millrace.parcel p
        set lease_token = lease_parcels.token, lease_expires_at = lease_end
        where p.ctid = any (array(
          select p.ctid
          from millrace.parcel p
          where p.ctid = any (next.places[:fitting]) and p.queue_id = queue_row.id and p.sequence = any (next.sequences)
            and p.lease_token is null
          for update skip locked
        ))
        returning p.sequence
      )
      select array_agg(l.sequence), (
        select json_agg(
          case
            when passed_priorities[last.position] = l.priority then millrace.cursor_level(
              l.priority, l."availableAt", l.sequence, passed_ats[last.position], passed_sequences[last.position]
            )
            else millrace.cursor_level(l.priority, l."availableAt", l.sequence, l."parcelAt", l."parcelSequence")
          end
        )
        from json_to_recordset(start) as l(
          priority smallint, "availableAt" timestamptz, sequence bigint, "parcelAt" timestamptz, "parcelSequence" bigint
        )
        -- How many stand at this level or before it: they are in order.
        cross join lateral width_bucket(l.priority, passed_priorities) as last(position)
      )
      into leased, cursor
      from leased l;
      if cardinality(leased) = fitting then
        counts := counts || next.counts[:fitting];
        available_ats := available_ats || next.available_ats[:fitting];
        members := reached;
        kib := size;
      else
        -- Others have some of them, so that what is behind may fit after all.
        is_cut := false;
        for place in 1..fitting loop
          continue when next.sequences[place] = any (leased) is not true;
          counts := counts || next.counts[place];
          available_ats := available_ats || next.available_ats[place];
          members := members + next.counts[place];
          kib := kib + next.kibs[place];
        end loop;
      end if;
    end if;
    exit when members >= max_count or is_cut and members > 0;
    last_priority := next.priorities[fitting];
    last_at := next.available_ats[fitting];
    last_sequence := next.sequences[fitting];
    -- As many as it takes if they are like the last one. At most 20: each is read, and of larger ones most would be for nothing.
    at_once := least(20, (max_count - members + next.counts[fitting] - 1) / next.counts[fitting]);
  end loop;
end
$$;
