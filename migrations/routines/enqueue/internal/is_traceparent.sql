-- Whether a text is a traceparent header as W3C Trace Context defines it, where version ff and ids of nothing but zeros
-- are invalid. store_messages and option_fault ask it.
-- Without a "set search_path" of its own: Postgres inlines a function of language sql into the calling statement only
-- when no settings are attached to it. Names are qualified instead.
create or replace function millrace.is_traceparent(value text) returns boolean
language sql immutable
as $$
  select value operator(pg_catalog.~)
    '^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$'
$$;
