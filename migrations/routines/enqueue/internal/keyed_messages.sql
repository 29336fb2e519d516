-- The messages of an array that carry an idempotency key, as rows, with the hash of their payload and the end of their
-- key's window (idempotencySeconds from now, a day unless given). The routines around enqueue_keyed read the array
-- through it.
create or replace function millrace.keyed_messages(messages jsonb)
returns table (
  "position" bigint, id uuid, type text, key text, payload jsonb, payload_hash bytea, expires_at timestamptz,
  is_replacing boolean
)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select m.position, m.id, m.type, m.key,
    coalesce(m.payload, 'null'),
    sha256(convert_to(coalesce(m.payload, 'null')::text, 'UTF8')),
    statement_timestamp() + make_interval(secs => coalesce(m.seconds, 86400)),
    coalesce(m.replace, false)
  from rows from (
    jsonb_to_recordset(messages) as (
      id uuid, type text, "idempotencyKey" text, payload jsonb, "idempotencySeconds" double precision, replace boolean
    )
  ) with ordinality as m(id, type, key, payload, seconds, replace, position)
  where m.key is not null
$$;
