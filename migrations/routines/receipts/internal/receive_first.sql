-- Takes copies that SQS has delivered for the first time, as most often with once: so it has few statements. Answers as receive;
-- null when any delivery has a receipt already, or there are two copies of it. Then receive, which calls it, decides about all of
-- them, and finds those that were taken here under the caller's lease. copies: [{message}], as SQS has brought them.
create or replace function millrace.receive_first(in_queue smallint, token uuid, copies jsonb, lease_seconds integer)
returns json
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
  -- Of each copy, in the order of ids; of a delivery with two copies twice.
  ids uuid[];
  rounds smallint[];
  attempts smallint[];
  answer json;
  made bigint;
begin
  select array_agg(c.id order by c.id), array_agg(c.round order by c.id), array_agg(c.spent + 1 order by c.id),
    json_agg(json_build_object('state', 'taken', 'attempt', c.spent + 1, 'waitSeconds', 0, 'together', null) order by c.position)
  into ids, rounds, attempts, answer
  from millrace.copies_of(copies) as c;
  perform millrace.store_received_messages(in_queue, copies, ids);
  insert into millrace.receipt (message_id, queue_id, round, attempts, lease_token, lease_expires_at)
  select i.id, in_queue, i.round, i.attempt, receive_first.token,
    statement_timestamp() + make_interval(secs => receive_first.lease_seconds)
  from unnest(ids, rounds, attempts) as i(id, round, attempt)
  -- Served by the primary key alone; settle_done explains this form. What is there is not inserted, or what somebody is sending
  -- round again would be waited for.
  where not exists (
    select from millrace.receipt r where r.message_id = any (array[i.id]) and r.queue_id + 0 = in_queue offset 0
  )
  order by i.id
  on conflict (message_id, queue_id) do nothing;
  get diagnostics made = row_count;
  return case when made = cardinality(ids) then answer end;
end
$$;
