-- Messages with idempotency keys, without the place of those whose key stands here for another message: these are answered for, or
-- take that one's place, in this database, wherever the key is at home by now. A message with a group goes with its group all the
-- same. enqueue_keyed calls it when take_keys has taken the keys that were free.
create or replace function millrace.without_settled_places(messages jsonb, owner text) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(
    case
      when m.message ->> 'groupKey' is null and k.message_id <> (m.message ->> 'id')::uuid then m.message - 'place'
      else m.message
    end
    order by m.position
  )
  from jsonb_array_elements(messages) with ordinality as m(message, position)
  left join lateral millrace.standing_key(
    without_settled_places.owner, m.message ->> 'type', m.message ->> 'idempotencyKey'
  ) as k on true
$$;
