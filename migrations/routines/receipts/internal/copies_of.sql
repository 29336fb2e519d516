-- What the database must know of each copy that SQS has brought, but for its message: copies is [{message, count}], message as
-- SQS's has it. spent: attempts before it was sent.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.copies_of(copies jsonb)
returns table ("position" bigint, id uuid, round smallint, spent smallint, count integer)
language sql immutable
as $$
  -- By the path to each: taking the message out as a whole would copy its payload.
  select c.position,
    (c.copy operator(pg_catalog.#>>) '{message,id}')::uuid,
    (c.copy operator(pg_catalog.#>>) '{message,round}')::smallint,
    (c.copy operator(pg_catalog.#>>) '{message,attempt}')::smallint,
    (c.copy operator(pg_catalog.->>) 'count')::integer
  from pg_catalog.jsonb_array_elements(copies) with ordinality as c(copy, position)
$$;
