-- Takes the attempts of messages out of the rows that they share with those of others; a row with no other goes. Only
-- maintenance changes such rows, one at a time. erase_messages calls it.
create or replace function millrace.erase_done_attempts(ids uuid[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with span as (
    select distinct millrace.span_start(i.id) as starts, millrace.span_end(i.id) as ends from unnest(ids) as i(id)
  ),
  -- All rows of the spans, each id looked up once, however many there are.
  left_over as (
    -- No two rows have the same first id and token: in a queue a token is of one claim, and others have other tokens.
    select d.first_id, d.lease_token, array_agg(case when i.id is null then m.id end order by m.position) as message_ids
    from span s
    join millrace.done_attempts d on d.first_id between s.starts and s.ends
    cross join lateral unnest(d.message_ids) with ordinality as m(id, position)
    left join unnest(ids) as i(id) on i.id = m.id
    group by d.first_id, d.lease_token
    having count(i.id) > 0
  ),
  kept as (
    update millrace.done_attempts d
    set message_ids = l.message_ids
    from left_over l
    where d.first_id = l.first_id and d.lease_token = l.lease_token and array_remove(l.message_ids, null) <> '{}'
  )
  delete from millrace.done_attempts d
  using left_over l
  where d.first_id = l.first_id and d.lease_token = l.lease_token and array_remove(l.message_ids, null) = '{}'
$$;
