-- Which of the messages that had a place of their key's limit still have it: those that are leased, also when the lease ran out, as
-- whoever comes next takes it over, and those that stand in line, where they were seated for a place or released. What waits for a
-- time or is held back has none. take_key_places and seat_next call it, with the key's row locked.
create or replace function millrace.placed_among(in_queue smallint, ids uuid[]) returns uuid[]
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
      and (d.lease_expires_at is not null or d.available_at < millrace.turns_end())
  );
end
$$;
