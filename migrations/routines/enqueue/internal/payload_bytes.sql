-- The size of a payload in bytes, as JSON text the way Postgres writes it: what a consumer gets, with a space after each
-- colon and comma, and numbers without an exponent. It is never less than what a producer sent as compact JSON. Of a
-- payload that is nested too deeply, or has a number of so many digits that the text could fill the memory, it answers
-- the largest integer instead.
-- Up to 4 KB as jsonb, which most payloads are, numbers can make no more than 50 MB of text, so nothing else is asked.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent. Stable, as
-- pg_column_size is: an immutable routine around it would not be inlined.
create or replace function millrace.payload_bytes(payload jsonb) returns integer
language sql stable
as $$
  select case
    when pg_catalog.pg_column_size(payload) > 4096 and millrace.is_unmeasurable(payload) then 2147483647
    else pg_catalog.octet_length(payload::pg_catalog.text)
  end
$$;
