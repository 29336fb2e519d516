-- Whether this database is one of several. From here to its end the transaction keeps the placement from being changed: whoever
-- changes it waits for all that have gone by it, and so finds what they have stored. store_unless_stored asks before it stores
-- members of groups.
create or replace function millrace.is_spread() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A statement of its own: a look that had waited for the lock would still see what was there before.
  lock table millrace.placement in row share mode;
  return exists (select from millrace.placement);
end
$$;
