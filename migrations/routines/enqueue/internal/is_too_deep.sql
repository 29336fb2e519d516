-- Whether a payload has arrays and objects within each other on more than 100 levels, which is mostPayloadDepth in the
-- code. Deeper ones overflow the stacks of whoever walks through them. The search goes no further than that level.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.is_too_deep(payload jsonb) returns boolean
language sql immutable
as $$
  select payload operator(pg_catalog.@?) 'strict $.**{100} ? (@.type() == "array" || @.type() == "object")'
$$;
