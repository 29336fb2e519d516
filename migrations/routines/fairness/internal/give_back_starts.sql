-- Gives starts under a rate by key back to the keys of deliveries for which no handler was started. Those that stand in line again keep
-- their place there, before what comes later of their key. A key that somebody else is counting gets none back, and neither does what
-- is gone: a claim waits for nobody. Callers that may wait have the keys' rows locked. settle, claim_fair, claim_suspects
-- and release_claimed call it.
create or replace function millrace.give_back_starts(queue_row millrace.queue, ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins are wanted: what is
-- joined are the lists of one call.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
set jit = off
as $$
declare
  moment timestamptz;
  keys text[];
  locked millrace.limited_key[];
begin
  -- Served by the primary key alone; settle_done explains this form.
  keys := array(
    select coalesce(d.fairness_key, '') from millrace.delivery d where d.message_id = any (ids) and d.queue_id + 0 = queue_row.id
  );
  if keys = '{}' then
    return;
  end if;
  locked := millrace.lock_limited_keys(queue_row.id, keys);
  moment := clock_timestamp();
  update millrace.limited_key l
  set version = l.version + 1, saved = millrace.starts_of_key(queue_row, l, moment) + b.count, saved_at = moment,
    message_ids = l.message_ids || b.newcomers, used_at = moment
  from (
    select k.version, k.fairness_key as key, count(*) as count,
      coalesce(
        array_agg(d.message_id) filter (
          where d.available_at < millrace.turns_end() and d.message_id <> all (k.message_ids)
        ),
        '{}'
      ) as newcomers
    from millrace.delivery d
    join unnest(locked) as k on k.fairness_key = coalesce(d.fairness_key, '')
    where d.message_id = any (ids) and d.queue_id + 0 = queue_row.id
    group by k.version, k.fairness_key
  ) as b
  where l.queue_id = queue_row.id and l.fairness_key = b.key and l.version = b.version;
end
$$;
