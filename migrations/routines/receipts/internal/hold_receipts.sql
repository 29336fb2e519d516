-- Locks the receipts of copies, until the transaction ends, and makes those that are missing: begun, with the attempts that were
-- spent before the copy was sent. Receipts that have ended, or are of a later round than the copy, are not locked: nothing becomes
-- of the copy, and who redrives letters one portion after the other would otherwise wait for whoever waits for him.
-- copies: [{message}]. receive, settle_receipts and bury_received call it.
-- They are made and locked in statements of their own, each in the order of ids: what somebody else has just made, the next one
-- sees when the one before has waited.
create or replace function millrace.hold_receipts(in_queue smallint, copies jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  wanted uuid[];
begin
  insert into millrace.receipt (message_id, queue_id, round, attempts)
  select distinct on (c.id) c.id, in_queue, c.round, c.spent
  from millrace.copies_of(copies) as c
  -- Served by the primary key alone; settle_done explains this form. What is there is not inserted, or what somebody is sending
  -- round again would be waited for.
  where not exists (
    select from millrace.receipt r
    where r.message_id = any (array[c.id]) and r.queue_id + 0 = in_queue
    -- Keeps the planner from reading all of the table to join it with the copies, as a plan might that was made while it was empty.
    offset 0
  )
  order by c.id, c.position
  on conflict (message_id, queue_id) do nothing;

  wanted := array(
    select c.id
    from millrace.copies_of(copies) as c
    cross join lateral (
      select
      from millrace.receipt r
      where r.message_id = any (array[c.id]) and r.queue_id + 0 = in_queue
        and (r.round < c.round or (r.round = c.round and r.ended_at is null))
      offset 0
    ) as k
  );
  perform
  from millrace.receipt r
  where r.message_id = any (wanted) and r.queue_id + 0 = in_queue
  order by r.message_id
  for update;
end
$$;
