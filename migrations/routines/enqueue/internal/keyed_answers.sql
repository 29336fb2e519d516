-- The answers of an enqueue with idempotency keys, in the order of its messages: of those that were stored, what
-- store_unless_stored answered; of the others, the message that their key stands for, with its status by now.
-- enqueue_keyed calls it.
create or replace function millrace.keyed_answers(messages jsonb, stored json, owner text) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select json_agg(
    coalesce(s.answer, jsonb_build_object(
      'id', k.message_id, 'type', k.type, 'duplicate', true, 'status', millrace.message_status(k.message_id)
    ))
    || case
      -- A stored message whose key has gone to another one by now has no window to tell of.
      when k.message_id = coalesce((s.answer ->> 'id')::uuid, k.message_id)
        then jsonb_build_object('idempotentUntil', k.expires_at)
      else '{}'
    end
    order by m.position
  )
  from jsonb_array_elements(messages) with ordinality as m(message, position)
  left join lateral millrace.standing_key(
    keyed_answers.owner, m.message ->> 'type', m.message ->> 'idempotencyKey'
  ) as k on true
  left join jsonb_array_elements(stored::jsonb) as s(answer) on s.answer ->> 'id' = m.message ->> 'id'
$$;
