-- Takes deliveries that are still live in Postgres from the relay, should it hold them: it may have sent them without having said
-- so, and is about to send them, under a round that is over by now. Its lease ends, so that it cannot settle them as relayed, and
-- it is not known as a suspect. They stay where they are, and are relayed again. resend and begin_rounds call it, with the
-- receipts locked.
create or replace function millrace.take_back(in_queue smallint, ids uuid[]) returns void
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
  places tid[];
begin
  places := array(
    select p.ctid
    from unnest(ids) as i(id)
    join millrace.parcel p on p.first_id between millrace.span_start(i.id) and millrace.span_end(i.id)
      and i.id = any (p.message_ids)
    where p.queue_id = in_queue
    order by p.priority, p.available_at, p.sequence
    -- Waits for a relay that is just settling one, or for whoever parts it for another member.
    for update of p
  );
  if places <> '{}' then
    perform millrace.part(places);
  end if;
  update millrace.delivery d
  set lease_token = null, lease_expires_at = null, lost_leases = null, attempt = 0
  from (
    select d.ctid as place
    from unnest(ids) as i(id)
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[i.id]) and d.queue_id + 0 = in_queue
    order by d.message_id
    -- As above.
    for update of d
  ) as l
  where d.ctid = l.place;
end
$$;
