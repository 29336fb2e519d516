-- Locks the rows of keys that have a limit, each made where there is none yet, and answers them. A row that somebody else has locked
-- is missing: a claim waits for nobody, and that one counts. take_key_places calls it.
create or replace function millrace.lock_limited_keys(in_queue smallint, keys text[]) returns millrace.limited_key[]
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_sort = on
set jit = off
as $$
declare
  locked millrace.limited_key[];
  others text[];
begin
  for look in 1..2 loop
    select coalesce(locked, '{}') || coalesce(array_agg(n.newest), '{}')
    into locked
    from (select distinct k.key from unnest(coalesce(others, keys)) as k(key) where k.key is not null) as k
    cross join lateral (
      select l as newest
      from millrace.limited_key l
      where l.queue_id = in_queue and l.fairness_key = k.key
      order by l.queue_id desc, l.fairness_key desc, l.version desc
      limit 1
      for update skip locked
    ) as n;
    others := array(
      select k.key from unnest(keys) as k(key) where k.key is not null except select l.fairness_key from unnest(locked) as l
    );
    exit when look = 2 or others = '{}';

    -- In one order, since two that make the same ones wait for each other here, and nowhere else.
    insert into millrace.limited_key (queue_id, fairness_key)
    select in_queue, k.key
    from (select o.key from unnest(others) as o(key) order by o.key) as k
    where (
      select true
      from millrace.limited_key l
      where l.queue_id = in_queue and l.fairness_key = k.key
      order by l.queue_id desc, l.fairness_key desc, l.version desc
      limit 1
    ) is null
    on conflict on constraint limited_key_is_unique do nothing;
    exit when not found;
    -- Somebody may have made the first row, and written the second, since the look above: then there is a newer one.
    delete from millrace.limited_key l
    where l.queue_id = in_queue
      and l.fairness_key = any (others)
      and l.version = 1
      and exists (
        select from millrace.limited_key n
        where n.queue_id = in_queue and n.fairness_key = l.fairness_key and n.version > 1
      );
  end loop;
  return locked;
end
$$;
