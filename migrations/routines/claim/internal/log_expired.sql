-- Logs the attempts of suspects that nobody settled as expired, each at the moment at which its lease ended. One that
-- was released has no such attempt. lease_suspects and bury_suspects call it.
create or replace function millrace.log_expired(suspects millrace.delivery[]) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.attempt (message_id, lease_token, finished_at, outcome, queue_id, attempt, error)
  select s.message_id, s.lease_token, s.lease_expires_at, 'expired', s.queue_id, s.attempt, millrace.lease_expired_error()
  from unnest(suspects) as s
  where s.lease_expires_at is not null
$$;
