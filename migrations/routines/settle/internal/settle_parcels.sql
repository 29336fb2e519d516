-- Ends members of parcels that simply succeeded: done is that of settle_done. A parcel all of whose members are done goes. Of
-- another one the rest stays under its lease; but where less than a tenth of it is done, it is parted, since its row would be
-- written again and again, and whoever settles one after the other, each in a transaction, would wait for the others. Answers
-- how many ended, and in rest what of done is in no parcel: null where nothing is left. settle_done calls it.
create or replace function millrace.settle_parcels(in_queue smallint, done jsonb, out settled bigint, out rest jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings. Hash joins, which the caller
-- has ruled out, are wanted here: what is joined are the lists of one call.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = on
set jit = off
as $$
declare
  tokens constant uuid[] := array(select (c ->> 'token')::uuid from jsonb_array_elements(done) as c);
  relayed constant uuid[] := array(
    select c.token from jsonb_to_recordset(done) as c(token uuid, relayed boolean) where c.relayed
  );
  parted tid[];
begin
  -- Before the statement that changes them, and not in it: what another call has changed while this one waited for it, a
  -- statement that began before finds locked, but not to be changed. A concurrent call with the same results waits here for this
  -- one's commit, and then finds no lease any more.
  perform from millrace.parcel p
  where p.lease_token = any (tokens) and p.queue_id + 0 = in_queue
  order by p.priority, p.available_at, p.sequence
  for update;

  with given as materialized (
    -- Each claim once, should the same result be there twice.
    select c.token, r.id, min(r.ms) as ms
    from jsonb_to_recordset(done) as c(token uuid, ids uuid[], ms double precision[])
    cross join lateral unnest(c.ids, c.ms) as r(id, ms)
    group by c.token, r.id
  ),
  held as materialized (
    select p.ctid as place, p.lease_token, p.message_ids, p.kibs, p.sequences, p.available_ats
    from millrace.parcel p
    where p.lease_token = any (tokens) and p.queue_id + 0 = in_queue
  ),
  member as materialized (
    select h.place, h.lease_token, h.sequences is not null as is_gathered, m.*, g.ms, g.id is not null as is_done
    from held h
    cross join lateral unnest(h.message_ids, h.kibs, h.sequences, h.available_ats) with ordinality
      as m(id, kib, sequence, available_at, position)
    left join given g on g.token = h.lease_token and g.id = m.id
  ),
  divided as materialized (
    select m.place, m.lease_token, count(*) filter (where m.is_done) * 10 < count(*) as is_parted,
      array_agg(m.id order by m.position) filter (where m.is_done) as done_ids,
      array_agg(m.ms::real order by m.position) filter (where m.is_done) as done_ms,
      array_agg(m.id order by m.position) filter (where not m.is_done) as other_ids,
      array_agg(m.kib order by m.position) filter (where not m.is_done) as other_kibs,
      array_agg(m.sequence order by m.position) filter (where m.is_gathered and not m.is_done) as other_sequences,
      array_agg(m.available_at order by m.position) filter (where m.is_gathered and not m.is_done) as other_available_ats
    from member m
    group by m.place, m.lease_token
    having bool_or(m.is_done)
  ),
  gone as (
    delete from millrace.parcel p where p.ctid = any (array(select d.place from divided d where d.other_ids is null))
  ),
  shrunk as (
    update millrace.parcel p
    set first_id = d.other_ids[1], message_ids = d.other_ids, kibs = d.other_kibs, sequences = d.other_sequences,
      available_ats = d.other_available_ats
    from divided d
    where p.ctid = d.place and d.other_ids is not null and not d.is_parted
  ),
  logged as (
    insert into millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
    select d.done_ids[1], d.lease_token, in_queue, case when d.lease_token = any (relayed) then 0 else 1 end, d.done_ids, d.done_ms
    from divided d
    where not d.is_parted
  ),
  ended as (
    select coalesce(sum(cardinality(d.done_ids)) filter (where not d.is_parted), 0) as members,
      coalesce(array_agg(d.place) filter (where d.is_parted), '{}') as parted
    from divided d
  )
  select e.members, e.parted,
    case
      when e.members < (select count(*) from given) then (
        select jsonb_agg(single)
        from (
          select g.token, jsonb_agg(g.id) as ids, jsonb_agg(g.ms) as ms, g.token = any (relayed) as relayed
          from given g
          where not exists (
            select
            from member m
            where m.is_done and m.lease_token = g.token and m.id = g.id and m.place <> all (e.parted)
          )
          group by g.token
        ) as single
      )
    end
  into settled, parted, rest
  from ended e;
  if parted <> '{}' then
    perform millrace.part(parted);
  end if;
end
$$;
