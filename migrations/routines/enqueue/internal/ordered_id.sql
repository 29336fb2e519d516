-- A new version 7 uuid for a message of a batch that comes without an id. Behind the time, that of the batch, 12 bits are its
-- place, so that ids ascend in whatever order the planner makes them: the messages of a parcel are claimed by ascending ids.
create or replace function millrace.ordered_id(moment timestamptz, place bigint) returns uuid
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select overlay(
    replace(gen_random_uuid()::text, '-', '')
    placing lpad(to_hex((extract(epoch from moment) * 1000)::bigint + place / 4096), 12, '0')
      || '7' || lpad(to_hex(place % 4096), 3, '0')
    from 1 for 16
  )::uuid
$$;
