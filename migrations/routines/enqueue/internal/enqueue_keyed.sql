-- Enqueues messages of which some carry an idempotency key. The first message under a key is stored; another one within
-- the key's window is answered with the first one's id and its status by now. With replace (debounce) it is the other
-- way round: the newer message takes the place of the older one as long as that still waits. Keys are the owner's, see
-- key_owner. Answers as enqueue_many.
create or replace function millrace.enqueue_keyed(messages jsonb, owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  clock constant timestamptz := clock_timestamp();
  numbered jsonb;
  first_ones jsonb;
  stored json;
begin
  if exists (
    select from jsonb_array_elements(messages) as m
    where m ->> 'idempotencyKey' is null and coalesce(m ->> 'idempotencySeconds', m ->> 'replace') is not null
      or length(m ->> 'idempotencyKey') not between 1 and 200
      or (m ->> 'idempotencySeconds')::double precision not between 1 and 2592000
      -- Keys go with a hash of the payload's text, which is made before store_messages looks at its size.
      or millrace.payload_bytes(m -> 'payload') > 262144
  ) then
    raise 'an idempotency key or a payload is not fit' using errcode = 'MR002';
  end if;

  select jsonb_agg(
    m.message || jsonb_build_object('id', coalesce((m.message ->> 'id')::uuid, millrace.ordered_id(clock, m.position)))
    order by m.position
  )
  into numbered
  from jsonb_array_elements(messages) with ordinality as m(message, position);

  begin
    perform millrace.take_keys(numbered, owner);
  exception
    -- Only with a lock_timeout, which the HTTP API and settle set: they do not wait for as long as somebody likes.
    when lock_not_available then
      raise 'the idempotency key is held by a transaction that is still open' using
        errcode = 'MR011',
        detail = json_build_object(
          'index', (select min(k.position) - 1 from millrace.keyed_messages(numbered) as k),
          'pointer', '/idempotencyKey'
        );
  end;
  if numbered @? '$[*].place' then
    numbered := millrace.without_settled_places(numbered, owner);
  end if;
  if numbered @? '$[*] ? (@.replace == true)' then
    perform millrace.replace_waiting(numbered, owner);
  end if;

  select coalesce(jsonb_agg(m.message order by m.position), '[]') into first_ones
  from jsonb_array_elements(numbered) with ordinality as m(message, position)
  left join lateral millrace.standing_key(
    enqueue_keyed.owner, m.message ->> 'type', m.message ->> 'idempotencyKey'
  ) as k on true
  where k.message_id is null
    or k.message_id = (m.message ->> 'id')::uuid
    -- This message was stored by the same call made before, and its key has gone to another message since, by replace
    -- or after its window. store_unless_stored answers for it again.
    or exists (select from millrace.message s where s.id = (m.message ->> 'id')::uuid);
  stored := millrace.store_unless_stored(first_ones, owner);

  if jsonb_array_length(first_ones) < jsonb_array_length(numbered) then
    -- The messages that were not stored have not been looked at yet. They must be fit all the same, or a faulty
    -- duplicate would be accepted that a faulty first message is not.
    perform millrace.refuse_messages(
      -- causedBy is this call's own word, which would be refused, and place one that has been looked at.
      (
        select jsonb_agg(m.message - array['causedBy', 'place'] order by m.position)
        from jsonb_array_elements(numbered) with ordinality as m(message, position)
      )
    );
    perform millrace.refuse_key_conflict(numbered, owner);
  end if;
  return millrace.keyed_answers(numbered, stored, owner);
end
$$;
