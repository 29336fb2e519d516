-- Stores the messages of copies that Postgres does not have: retention has erased one while SQS had it, or the database was
-- restored to a moment before it was enqueued. Its relaying is logged then, too. copies is [{message}], message as SQS's has it.
-- Whoever calls it has locked nothing yet: receipts come later in the order of locks. receive, settle_received and bury_received
-- call it.
create or replace function millrace.store_received_messages(in_queue smallint, copies jsonb) returns void
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
  positions bigint[];
begin
  select array_agg(c.position) into positions
  from millrace.copies_of(copies) as c
  -- Looked up one by one, each in its own week.
  where not exists (select from millrace.message m where m.id = c.id offset 0);
  if positions is null then
    return;
  end if;
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
    select s.id, gen_random_uuid(), s.created_at, in_queue, 0, array[s.id], '{0}' from stored s
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
