-- The fairness key of one of the copies that SQS has brought: their message, as SQS's has it, says it where the queue is fair.
-- store_letters and resend call it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.fairness_key_of(copies jsonb, at_position bigint) returns text
language sql immutable
as $$
  select copies operator(pg_catalog.->) (at_position operator(pg_catalog.-) 1)::integer
    operator(pg_catalog.#>>) '{message,fairnessKey}'
$$;
