-- Logs the attempt of a suspect, which nobody settled, as expired at the moment at which its lease ended. claim_suspect
-- calls it.
create or replace function millrace.log_expired(suspect millrace.delivery) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.attempt (message_id, lease_token, finished_at, outcome, queue_id, attempt, error)
  values (
    suspect.message_id, suspect.lease_token, suspect.lease_expires_at, 'expired', suspect.queue_id, suspect.attempt,
    millrace.lease_expired_error()
  )
$$;
