-- What the log of attempts is to say of a delivery that was cancelled: that it was, and before that, if its lease ran
-- out and nobody has claimed it since, that this attempt has expired, as claim_suspects would have logged it.
-- cancel_waiting and purge insert it.
create or replace function millrace.cancelled_attempts(gone millrace.delivery) returns setof millrace.attempt
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select gone.message_id, gone.lease_token, null::timestamptz, gone.lease_expires_at,
    'expired'::millrace.attempt_outcome, gone.queue_id, gone.attempt, millrace.lease_expired_error(), null::jsonb
  where gone.lease_expires_at is not null
  union all
  select gone.message_id, null, null, statement_timestamp(), 'cancelled', gone.queue_id, gone.attempt, null, null
$$;
