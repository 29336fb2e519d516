-- What drains did in a queue, per minute, averaged over the last five: {"done", "retried", "dead"}. From the drains'
-- own log, so that no attempts are counted.
create or replace function millrace.rates(in_queue smallint) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select json_build_object(
    'done', round(coalesce(sum(l.done), 0) / 5.0, 1),
    'retried', round(coalesce(sum(l.retried), 0) / 5.0, 1),
    'dead', round(coalesce(sum(l.dead), 0) / 5.0, 1)
  )
  from millrace.drain_log l
  where l.queue_id = in_queue and l.ended_at > statement_timestamp() - interval '5 minutes'
$$;
