-- Which of the messages that keys with a rate have named are still to be started: those that stand in line, those of waiting that stand
-- at the time of their start, and suspects that do; is_in_line is of fresh ones that stand in line. take_key_places and seat_next call it, with
-- the keys' rows locked.
create or replace function millrace.unstarted_among(in_queue smallint, ids uuid[], waiting uuid[])
returns table (id uuid, is_in_line boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  return query
    select d.message_id, d.available_at < millrace.turns_end() and not s.is_suspect
    from millrace.delivery d
    cross join lateral (select num_nonnulls(d.lease_expires_at, d.lost_leases) > 0 as is_suspect) as s
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (ids)
      and d.queue_id + 0 = in_queue
      and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      and d.available_at < millrace.held_back_from()
      and case
        when d.available_at >= millrace.turns_end() then s.is_suspect or d.message_id = any (waiting)
        else d.lease_expires_at is null
      end;
end
$$;
