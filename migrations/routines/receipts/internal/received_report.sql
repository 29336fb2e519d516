-- What settle_received answers; items are those of received_items, settled those of them that counted just now. What is missing
-- was settled by the same token before (repeated: the first call's answer was lost), had ended or was sent round again
-- (duplicate), or is somebody else's by now (stale). What a repeated call has heard nothing of is told again.
create or replace function millrace.received_report(
  in_queue smallint, token uuid, items jsonb, settled millrace.received[]
) returns json
language plpgsql volatile
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
begin
  -- As most often: all have simply succeeded.
  if cardinality(settled) = jsonb_array_length(items)
    and not exists (select from unnest(settled) as s where s.outcome <> 'done')
  then
    return millrace.all_settled(cardinality(settled));
  end if;
  return (
    with item as materialized (
      select distinct on (i.id) i.id, i.round
      from jsonb_to_recordset(items) as i(id uuid, round smallint)
      where i.id <> all (array(select s.id from unnest(settled) as s))
      order by i.id
    ),
    other as materialized (
      select i.id, e.outcome,
        -- A release leaves its token alone.
        e.outcome is not null or (r.lease_token = received_report.token and r.lease_expires_at is null) is true
          -- It was sent round again since.
          or exists (
            select from millrace.done_attempts a
            where a.first_id between millrace.span_start(i.id) and millrace.span_end(i.id)
              and a.lease_token = received_report.token and a.queue_id = in_queue and i.id = any (a.message_ids)
          ) as is_repeated,
        (r.round > i.round or r.ended_at is not null) is true as is_over,
        case when r.round = i.round and e.outcome in ('retry', 'snooze') then r.due_at end as due_at
      from item i
      left join lateral (
        select r.*
        from millrace.receipt r
        -- Served by the primary key alone; settle_done explains this form, and hold_receipts what is behind it.
        where r.message_id = any (array[i.id]) and r.queue_id + 0 = in_queue
        offset 0
      ) as r on true
      left join lateral (
        select a.outcome
        from millrace.attempt a
        where a.message_id = i.id and a.queue_id = in_queue and a.lease_token = received_report.token
          and a.outcome <> 'expired'
        order by a.finished_at desc
        limit 1
      ) as e on true
    )
    select json_build_object(
      'settled', cardinality(settled),
      'repeated', (select count(*) from other o where o.is_repeated),
      'dead', (
        select coalesce(json_agg(d.id), '[]')
        from (
          select s.id from unnest(settled) as s where s.outcome = 'dead'
          union all
          select o.id from other o where o.outcome = 'dead'
        ) as d
      ),
      'stale', (select coalesce(json_agg(o.id), '[]') from other o where not o.is_repeated and not o.is_over),
      'duplicate', (select coalesce(json_agg(o.id), '[]') from other o where not o.is_repeated and o.is_over),
      'delays', (
        select coalesce(json_object_agg(d.id, d.seconds), '{}')
        from (
          select s.id, extract(epoch from s.delay)::double precision as seconds
          from unnest(settled) as s
          where s.delay is not null and not s.is_resent
          union all
          select o.id, greatest(0, extract(epoch from o.due_at - statement_timestamp()))::double precision
          from other o
          where o.due_at is not null
        ) as d
      )
    )
  );
end
$$;
