-- Parts the parcels that messages are in, unless a consumer holds them: for whoever wants to cancel some of their members.
-- Parcels whose lease ran out are held by nobody any more, and parted as well.
create or replace function millrace.part_with(ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
-- Less than the second after which Postgres finds a deadlock: two that wait for each other give up instead.
set lock_timeout = '800ms'
as $$
declare
  places tid[];
begin
  begin
    places := array(
      select p.ctid
      from unnest(ids) as i(id)
      join millrace.parcel p on p.first_id between millrace.span_start(i.id) and millrace.span_end(i.id)
        and i.id = any (p.message_ids)
      where p.lease_token is null or p.lease_expires_at <= statement_timestamp()
      order by p.queue_id, p.priority, p.available_at, p.sequence
      -- Waits for whoever has one locked. He may be parting it for another member, as when all messages of a batch are
      -- cancelled at once, each by a call of its own; these members wait on then. Most often he is a claim, and soon done.
      for update of p
    );
  exception
    when lock_not_available then
      places := array(
        select p.ctid
        from unnest(ids) as i(id)
        join millrace.parcel p on p.first_id between millrace.span_start(i.id) and millrace.span_end(i.id)
          and i.id = any (p.message_ids)
        where p.lease_token is null or p.lease_expires_at <= statement_timestamp()
        for update of p skip locked
      );
  end;
  if places <> '{}' then
    perform millrace.part(places);
  end if;
end
$$;
