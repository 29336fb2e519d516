-- Whether a text has the one form in which callers may write an instant: ISO 8601 with its offset, as
-- queue/declare/instant.ts has it for TypeScript. A cast alone would take far more: words such as "tomorrow" and
-- "infinity", and texts without an offset, which mean another instant in each session's time zone. Whether the calendar
-- has the day only the cast tells, so whoever asks casts as well. store_messages, option_fault and require_filter ask.
-- Without settings of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.is_instant(value text) returns boolean
language sql immutable
as $$
  select value operator(pg_catalog.~)
    '^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$'
$$;
