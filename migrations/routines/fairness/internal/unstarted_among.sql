-- Which of the messages that keys with a rate have named are still to be started: those that stand in line, and those of waiting that
-- stand at the time of their start. take_key_places and seat_next call it, with the keys' rows locked.
create or replace function millrace.unstarted_among(in_queue smallint, ids uuid[], waiting uuid[]) returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  return array(
    select d.message_id
    from millrace.delivery d
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (ids)
      and d.queue_id + 0 = in_queue
      and d.lease_expires_at is null
      and (
        d.available_at < millrace.turns_end()
        or (d.message_id = any (waiting) and d.available_at < millrace.held_back_from())
      )
  );
end
$$;
