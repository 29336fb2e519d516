-- What each result of an SQS consumer comes to, by the queue's policy; items are those of received_items. Each message once,
-- should there be two copies of it: the first one counts. Raises MR010 for an unknown outcome, and for a resend of what SQS keeps in
-- order. settle_received calls it.
create or replace function millrace.received_results(queue_row millrace.queue, items jsonb)
returns setof millrace.received
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
as $$
declare
  unknown text;
begin
  select i.outcome into unknown
  from jsonb_to_recordset(items) as i(outcome text)
  where i.outcome is null or i.outcome not in ('done', 'retry', 'dead', 'snooze', 'release')
  limit 1;
  if found then
    raise 'an outcome is one of done, retry, dead, snooze, release and unknown, got "%"', unknown
      using errcode = 'MR010';
  end if;
  if queue_row.engine = 'sqs-fifo' and items @? '$[*] ? (@.resend == true)' then
    raise 'nothing of the queue "%" may be resent, as those behind it in its group would overtake it', queue_row.name
      using errcode = 'MR010';
  end if;
  return query
  select i.position, i.id, i.type, i.group_key, i.round, i.attempt, i.outcome, i.ms, i.error,
    -- As in settle_each.
    case when i.outcome = 'done' and octet_length(i.result::text) <= 8192 then i.result end,
    case
      when i.outcome in ('retry', 'snooze')
        then make_interval(secs => coalesce(i.delay_seconds, millrace.backoff_seconds(queue_row, i.attempt)))
    end,
    i.resend is true and i.outcome in ('retry', 'snooze')
  from (
    select distinct on (i.id) i.position, i.id, i.type, i.group_key, i.round, a.attempt, i.ms, i.error, i.result,
      i.delay_seconds, i.resend,
      -- The attempt that just failed was the last one: a retry becomes a death.
      case when i.outcome = 'retry' and a.attempt >= queue_row.max_attempts then 'dead' else i.outcome end as outcome
    from rows from (
      jsonb_to_recordset(items) as (
        id uuid, type text, "groupKey" text, round smallint, spent smallint, attempt smallint, outcome text,
        ms double precision, error jsonb, result jsonb, "delaySeconds" double precision, resend boolean
      )
    ) with ordinality as i(
      id, type, group_key, round, spent, attempt, outcome, ms, error, result, delay_seconds, resend, position
    )
    cross join lateral (values (coalesce(i.attempt, i.spent + 1)::smallint)) as a(attempt)
    order by i.id, i.position
  ) as i;
end
$$;
