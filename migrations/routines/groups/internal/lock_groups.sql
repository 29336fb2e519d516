-- Locks groups of one queue, in key order, so that two transactions never wait for each other in a circle.
create or replace function millrace.lock_groups(in_queue smallint, group_keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select distinct millrace.group_lock_key(in_queue, g) as key from unnest(group_keys) as g order by key
  ) as in_order;
end
$$;

revoke execute on function millrace.lock_groups from public;
