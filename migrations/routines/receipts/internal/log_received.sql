-- Logs the attempts that an SQS consumer has settled. Nothing was attempted where it was released. settle_received calls it.
create or replace function millrace.log_received(in_queue smallint, token uuid, settled millrace.received[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt, error, result)
  select s.id, token, statement_timestamp() - make_interval(secs => s.ms / 1000), s.outcome::millrace.attempt_outcome, in_queue,
    s.attempt, s.error, s.result
  from unnest(settled) as s
  where s.outcome <> 'release'
  order by s.position;
end
$$;
