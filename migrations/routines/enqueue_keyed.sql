-- Enqueues messages of which some carry an idempotency key. The first under a key is stored; another one within
-- the key's window is answered with the first one's id and status. With replace (debounce) it is the other way
-- round: the newer message takes the place of the one that still waits.
create or replace function millrace.enqueue_keyed(messages jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  numbered jsonb;
  conflict record;
  first_ones jsonb;
  stored jsonb;
begin
  if exists (
    select from jsonb_array_elements(messages) as m
    where m ->> 'idempotencyKey' is null and m ?| array['idempotencySeconds', 'replace']
      or length(m ->> 'idempotencyKey') not between 1 and 200
      or (m ->> 'idempotencySeconds')::double precision not between 1 and 2592000
  ) then
    raise 'an idempotency key is not fit' using errcode = 'MR002';
  end if;

  select jsonb_agg(m.message || jsonb_build_object('id', coalesce(m.message ->> 'id', millrace.uuid_v7()::text)) order by m.position)
  into numbered
  from jsonb_array_elements(messages) with ordinality as m(message, position);

  perform millrace.replace_waiting(numbered);

  -- In key order, so that two batches never deadlock. Waits for whoever is storing the same key at this moment;
  -- the statement after it sees what they committed.
  insert into millrace.idempotency_key as k (type, key, message_id, payload_hash, expires_at)
  select distinct on (m.type, m.key) m.type, m.key, m.id, m.payload_hash, m.expires_at
  from millrace.keyed_messages(numbered) as m
  order by m.type, m.key, m.position
  on conflict (type, key) do update
  set message_id = excluded.message_id, payload_hash = excluded.payload_hash, expires_at = excluded.expires_at
  where k.expires_at <= statement_timestamp();

  select m.position - 1 as index into conflict
  from millrace.keyed_messages(numbered) as m
  join millrace.idempotency_key k on k.type = m.type and k.key = m.key
  where k.payload_hash <> m.payload_hash
  order by m.position
  limit 1;
  if found then
    raise 'the idempotency key is in use with another payload' using
      errcode = 'MR007',
      detail = json_build_object('index', conflict.index, 'pointer', '/idempotencyKey');
  end if;

  select coalesce(jsonb_agg(m.message order by m.position), '[]') into first_ones
  from jsonb_array_elements(numbered) with ordinality as m(message, position)
  left join millrace.idempotency_key k on k.type = m.message ->> 'type' and k.key = m.message ->> 'idempotencyKey'
  where k.message_id is null or k.message_id = (m.message ->> 'id')::uuid;
  stored := millrace.enqueue_new(first_ones);

  return (
    select jsonb_agg(
      coalesce(s.answer, jsonb_build_object(
        'id', k.message_id, 'type', k.type, 'duplicate', true, 'status', millrace.message_progress(k.message_id)
      ))
      || case when k.key is null then '{}' else jsonb_build_object('idempotentUntil', k.expires_at) end
      order by m.position
    )
    from jsonb_array_elements(numbered) with ordinality as m(message, position)
    left join millrace.idempotency_key k on k.type = m.message ->> 'type' and k.key = m.message ->> 'idempotencyKey'
    left join jsonb_array_elements(stored) as s(answer) on s.answer ->> 'id' = m.message ->> 'id'
  );
end
$$;

revoke execute on function millrace.enqueue_keyed from public;
