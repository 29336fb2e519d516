-- The size of a message as a claim hands it out, in KiB, rounded up: payload and headers as JSON text. At most 32,767,
-- which the column kib of delivery can hold and no claim bound lets pass with a second message beside it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.message_kib(payload_bytes integer, headers jsonb) returns smallint
language sql immutable
as $$
  select least(
    32767,
    payload_bytes / 1024 + coalesce(pg_catalog.octet_length(headers::pg_catalog.text), 0) / 1024 + 1
  )::pg_catalog.int2
$$;
