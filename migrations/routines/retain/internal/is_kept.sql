-- Whether a week of messages is to be kept: for a message that is not past its type's retention, for a live delivery,
-- a dead letter or an open chord. drop_expired_weeks calls it.
create or replace function millrace.is_kept(starts timestamptz, ends timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  lowest constant uuid := millrace.uuid_floor(starts);
  beyond constant uuid := millrace.uuid_floor(ends);
  shortest interval;
  kept text[];
begin
  select min(millrace.retention(t)) into shortest from millrace.message_type t;
  -- Within the shortest retention of all there is nothing to look for.
  if shortest is null or ends > statement_timestamp() - shortest then
    return true;
  end if;
  if millrace.is_needed(lowest, beyond) then
    return true;
  end if;
  kept := array(
    select t.name from millrace.message_type t where ends > statement_timestamp() - millrace.retention(t)
  );
  -- The first message found decides. Where no type is kept so long, the search is left out, since it would read the
  -- whole week and find nothing.
  return cardinality(kept) > 0 and exists (
    select from millrace.message m where m.id >= lowest and m.id < beyond and m.type = any (kept)
  );
end
$$;
