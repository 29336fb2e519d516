-- Logs the attempts that copies have lost as expired, each at the moment at which its lease ended. receive calls it.
create or replace function millrace.log_lost_attempts(in_queue smallint, decided millrace.decided[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into millrace.attempt (message_id, lease_token, finished_at, outcome, queue_id, attempt, error)
  select distinct on (d.id) d.id, d.lost_token, d.lost_at, 'expired', in_queue, d.lost_attempt, millrace.lease_expired_error()
  from unnest(decided) as d
  where d.lost_at is not null
  order by d.id, d.position;
end
$$;
