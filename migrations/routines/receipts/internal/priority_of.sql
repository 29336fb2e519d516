-- The priority of one of the copies that SQS has brought: their message, as SQS's has it, says it where it is not 5 and the queue has
-- classes. store_letters and resend call it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.priority_of(copies jsonb, at_position bigint) returns smallint
language sql immutable
as $$
  select coalesce(
    (
      copies operator(pg_catalog.->) (at_position operator(pg_catalog.-) 1)::integer
        operator(pg_catalog.#>>) '{message,priority}'
    )::smallint,
    5::smallint
  )
$$;
