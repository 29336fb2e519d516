-- Stores the messages of copies that Postgres does not have: they went straight to SQS, retention has erased one while SQS had it,
-- or the database was restored to a moment before it was enqueued. Its relaying is logged then, too. copies is [{message}], message
-- as SQS's has it; ids are theirs, in their order. Whoever calls it has locked nothing yet: receipts come later in the order of
-- locks. receive_first, receive, settle_received_done, settle_received and bury_received call it.
create or replace function millrace.store_received_messages(in_queue smallint, copies jsonb, ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- An ISO 8601 instant names its time zone; with another one the plan would not be the same.
set timezone = 'UTC'
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
  known uuid[];
  positions bigint[];
begin
  known := array(
    select m.id
    from millrace.message m
    -- The first and the last id choose the partitions.
    where m.id = any (ids) and m.id >= ids[1] and m.id <= ids[cardinality(ids)]
  );
  if cardinality(known) = cardinality(ids) then
    return;
  end if;
  positions := array(select c.position from millrace.copies_of(copies) as c where c.id <> all (known));
  with missing as (
    select distinct on (m.id) m.*
    from unnest(positions) as p(at)
    cross join lateral jsonb_to_record(copies -> (p.at - 1)::integer -> 'message') as m(
      id uuid, type text, version smallint, payload jsonb, headers jsonb, "createdAt" timestamptz, "groupKey" text
    )
    order by m.id
  ),
  stored as (
    insert into millrace.message (id, created_at, version, type, payload, headers, origin)
    select m.id, m."createdAt", m.version, m.type, coalesce(m.payload, 'null')::json, nullif(m.headers, 'null'),
      case when m."groupKey" is not null then row(null, m."groupKey")::millrace.message_origin end
    from missing m
    order by m.id
    -- Somebody else has brought another copy of it at this moment.
    on conflict (id) do nothing
    returning id, created_at, type
  ),
  logged as (
    insert into millrace.done_attempts (first_id, lease_token, finished_at, queue_id, attempt, message_ids, run_ms)
    select t.ids[1], gen_random_uuid(), t.relayed_at, in_queue, 0, t.ids,
      array(select (1000 * extract(epoch from t.relayed_at - c.at))::real from unnest(t.created_ats) as c(at))
    from (
      select array_agg(s.id) as ids, array_agg(least(s.created_at, l.latest)) as created_ats,
        max(least(s.created_at, l.latest)) as relayed_at
      from stored s
      -- Its producer's clock may be ahead: nothing may end before it was relayed.
      cross join (values (statement_timestamp() - interval '1 ms')) as l(latest)
      -- A row has those of one span, and a hundred at most.
      group by millrace.span_start(s.id), array_position(ids, s.id) / 100
    ) as t
  )
  -- Maintenance has passed by where a message lies that is past its retention.
  insert into millrace.overdue (message_id)
  select s.id
  from stored s
  join millrace.message_type t on t.name = s.type
  where s.created_at <= statement_timestamp() - millrace.retention(t)
  order by s.id
  on conflict (message_id) do nothing;
end
$$;
