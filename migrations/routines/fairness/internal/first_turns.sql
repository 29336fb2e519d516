-- The turns that new messages with fairness keys take in the queues that are fair, one after the other behind the last of their key:
-- {"<queue's id> <place among the messages, from 1>": turn}. What is not due at that moment has its key and no turn, so null: it gets that
-- when its time has come; see seat_arrivals. Nothing for queues that are not fair, which have no use for keys. Messages that are not fit
-- to be stored have turns of no use. store_messages calls it.
create or replace function millrace.first_turns(messages jsonb, moment timestamptz) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
-- The texts of turns are read again where they came from.
set timezone = 'UTC'
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
as $$
declare
  turns jsonb;
begin
  with new as materialized (
    select q.id as queue_id, m.position, coalesce(m.priority, 5)::smallint as level, m.key,
      coalesce(m.scheduled_at::timestamptz <= moment, true) and coalesce(m.delay_seconds <= 0, true) as is_due
    from rows from (
      jsonb_to_recordset(messages) as (
        type text, priority smallint, "fairnessKey" text, "scheduledAt" text, "delaySeconds" double precision
      )
    ) with ordinality as m(type, priority, key, scheduled_at, delay_seconds, position)
    join millrace.subscription s on s.type = m.type
    join millrace.queue q on q.id = s.queue_id and q.is_fair
    where m.key is not null
  ),
  last as materialized (
    select k.queue_id, t.*
    from (
      select k.queue_id, array_agg(k.level) as levels, array_agg(k.key) as keys
      from (select distinct n.queue_id, n.level, n.key from new n) as k
      group by k.queue_id
    ) as k
    cross join lateral millrace.last_turns(k.queue_id, k.levels, k.keys) as t
  )
  select jsonb_object_agg(n.queue_id || ' ' || n.position, n.turn)
  into turns
  from (
    select n.queue_id, n.position,
      case when n.is_due then
        l.turn + interval '1 microsecond'
          * row_number() over (partition by n.queue_id, n.level, n.key, n.is_due order by n.position)
      end as turn
    from new n
    join last l on l.queue_id = n.queue_id and l.priority = n.level and l.fairness_key = n.key
  ) as n;
  return turns;
end
$$;
