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
  parcel record;
  places tid[];
  is_last boolean;
begin
  loop
    places := '{}';
    is_last := true;
    for parcel in
      select distinct p.priority, p.available_at, p.sequence
      from unnest(ids) as i(id)
      cross join lateral (
        select p.priority, p.available_at, p.sequence
        from millrace.parcel p
        where p.first_id between millrace.span_start(i.id) and millrace.span_end(i.id) and i.id = any (p.message_ids)
          and p.queue_id + 0 = in_queue
        -- As in hold_receipts.
        offset 0
      ) as p
      order by p.priority, p.available_at, p.sequence
    loop
      is_last := false;
      places := places || array(
        select p.ctid
        from millrace.parcel p
        where p.queue_id = in_queue and p.priority = parcel.priority and p.available_at = parcel.available_at
          and p.sequence = parcel.sequence and p.message_ids && ids
        -- Waits for a relay that is just claiming or settling it, or for whoever parts it for another member.
        for update
      );
    end loop;
    -- Whoever was waited for may have split it in two.
    exit when is_last;
    perform millrace.part(places);
  end loop;

  perform
  from millrace.delivery d
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (ids) and d.queue_id + 0 = in_queue
  order by d.message_id
  -- As above.
  for update;
  -- In a statement of its own, which sees what those who were waited for have made of it.
  update millrace.delivery d
  set lease_token = null, lease_expires_at = null, lost_leases = null, attempt = 0
  where d.message_id = any (ids) and d.queue_id + 0 = in_queue;
end
$$;
