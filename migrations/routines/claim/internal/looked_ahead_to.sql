-- Up to which time a survey looks at what a queue has: now, or, where keys have a rate, up to the next tick, since a drain waits for
-- their next starts while it is there. survey calls it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.looked_ahead_to(queue_row millrace.queue) returns timestamptz
language sql stable
as $$
  select statement_timestamp() operator(pg_catalog.+)
    case when queue_row.rate_per_key_starts is null then interval '0' else interval '1 minute' end
$$;
