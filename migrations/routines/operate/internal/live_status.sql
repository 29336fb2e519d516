-- The status of a live delivery; see delivery_status, whose readers may not call this.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.live_status(available_at timestamptz, lease_expires_at timestamptz) returns text
language sql stable
as $$
  select case
    when lease_expires_at operator(pg_catalog.>) pg_catalog.statement_timestamp() then 'processing'
    -- Of a group, or held back; see held_back_from.
    when available_at operator(pg_catalog.>=) '10000-01-01 00:00:00+00'::timestamptz then 'blocked'
    when available_at operator(pg_catalog.>) pg_catalog.statement_timestamp() then 'scheduled'
    else 'pending'
  end
$$;
