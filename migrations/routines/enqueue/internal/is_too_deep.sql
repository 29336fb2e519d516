-- Whether a payload has arrays and objects within each other on more than 100 levels, which is mostPayloadDepth in the
-- code. Deeper ones overflow the stacks of whoever walks through them. The search goes no further than that level.
-- Each level takes 8 bytes at least in jsonb, so small payloads, which most are, need no search.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent. Stable, as pg_column_size is.
create or replace function millrace.is_too_deep(payload jsonb) returns boolean
language sql stable
as $$
  select pg_catalog.pg_column_size(payload) >= 800
    and payload operator(pg_catalog.@?) 'strict $.**{100} ? (@.type() == "array" || @.type() == "object")'
$$;
