-- Keys in their order, with null for those among others. claim_fair asks with those that are paused.
create or replace function millrace.without_keys(keys text[], others text[]) returns text[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when others = '{}' then keys
    else array(
      select case when k.key <> all (others) then k.key end from unnest(keys) with ordinality as k(key, position) order by k.position
    )
  end
$$;
