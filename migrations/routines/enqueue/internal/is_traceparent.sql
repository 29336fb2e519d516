-- Whether a text is a traceparent as in W3C Trace Context. Version ff and ids of zeros are none.
-- No search_path of its own, so that the planner can inline it.
create or replace function millrace.is_traceparent(value text) returns boolean
language sql immutable
as $$
  select value operator(pg_catalog.~)
    '^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$'
$$;

revoke execute on function millrace.is_traceparent from public;
