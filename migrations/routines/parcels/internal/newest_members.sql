-- The ids of up to so many messages that are in parcels, pending or processing as status says, newest first, from lowest on and
-- before beyond. A message that is in parcels of several queues comes several times. walked_messages calls it.
create or replace function millrace.newest_members(status text, lowest uuid, beyond uuid, most integer) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  next record;
  members integer := 0;
  oldest uuid := millrace.span_start(lowest);
begin
  if status = 'processing' then
    -- No more than handlers run, and found by their leases: among all parcels they may be rare.
    return array(
      select m.id
      from millrace.queue q
      cross join lateral (
        select p.message_ids
        from millrace.parcel p
        where p.queue_id = q.id and p.lease_token is not null and p.lease_expires_at > statement_timestamp()
        offset 0
      ) as p
      cross join lateral unnest(p.message_ids) as m(id)
      where m.id >= lowest and m.id < beyond
      order by m.id desc
      limit most
    );
  end if;

  -- How far back these are to be found: to the end of a span, since any of its parcels may have some of its newest ids. The
  -- span of beyond itself does not count, as all it has may be behind that.
  for next in
    select p.first_id, cardinality(p.message_ids) as members
    from millrace.parcel p
    where p.first_id >= millrace.span_start(lowest) and p.first_id < millrace.span_start(beyond)
      and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
    order by p.first_id desc
  loop
    members := members + next.members;
    if members >= most then
      oldest := millrace.span_start(next.first_id);
      exit;
    end if;
  end loop;
  return array(
    select m.id
    from millrace.parcel p
    cross join lateral unnest(p.message_ids) as m(id)
    where p.first_id between oldest and millrace.span_end(beyond) and m.id >= lowest and m.id < beyond
      and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
    order by m.id desc
    limit most
  );
end
$$;
