-- The row of an idempotency key, if it stands for a message: its owner's, or else one that is nobody's because it is from
-- before keys had owners. The routines around enqueue_keyed ask, when take_keys has taken the keys that were free.
-- Without settings of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.standing_key(owner text, type text, key text)
returns setof millrace.idempotency_key
language sql stable
as $$
  select k.*
  from millrace.idempotency_key k
  where k.owner operator(pg_catalog.=) any (array[standing_key.owner, ''])
    and k.type operator(pg_catalog.=) standing_key.type
    and k.key operator(pg_catalog.=) standing_key.key
    and (k.owner operator(pg_catalog.<>) '' or k.expires_at operator(pg_catalog.>) pg_catalog.statement_timestamp())
  order by k.owner operator(pg_catalog.=) ''
  limit 1
$$;
