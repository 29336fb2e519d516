-- Holds the leases of parcels for another lease time, and answers which of the given deliveries are in parcels that their token
-- holds. A parcel of which only some members are given is parted, since the others are not to be extended; so the caller then
-- finds those given as single deliveries. What is being settled at this moment is not waited for, and answered as held; extend,
-- which calls it, says why.
create or replace function millrace.extend_parcels(queue text, leases jsonb) returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  queue_row millrace.queue;
  holder record;
  held uuid[] := '{}';
  whole bigint[] := '{}';
  places tid[];
begin
  select q.* into queue_row from millrace.queue q where q.name = extend_parcels.queue;
  for holder in
    select p.sequence, p.lease_token, given.ids, p.message_ids, p.message_ids <@ given.ids as is_whole
    from (
      select l.token, array_agg(l.id) as ids
      from jsonb_to_recordset(leases) as l(id uuid, token uuid)
      group by l.token
    ) as given
    join millrace.parcel p on p.lease_token = given.token and p.queue_id + 0 = queue_row.id
  loop
    if holder.is_whole then
      whole := whole || holder.sequence;
      held := held || holder.message_ids;
    elsif holder.message_ids && holder.ids then
      perform millrace.part_free(queue, array[holder.lease_token], holder.ids);
      held := held || array(select unnest(holder.message_ids) intersect select unnest(holder.ids));
    end if;
  end loop;
  if whole = '{}' then
    return held;
  end if;
  places := array(
    select p.ctid
    from millrace.parcel p
    where p.lease_token = any (array(select l.token from jsonb_to_recordset(leases) as l(token uuid)))
      and p.queue_id + 0 = queue_row.id and p.sequence = any (whole)
    for update skip locked
  );
  update millrace.parcel p
  set lease_expires_at = statement_timestamp() + make_interval(secs => queue_row.lease_seconds)
  where p.ctid = any (places);
  return held;
end
$$;
