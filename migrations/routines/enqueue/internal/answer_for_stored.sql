-- The answer to a repeated enqueue, made of what is stored under its ids; store_unless_stored calls it. Raises MR004
-- when an id belongs to a message with another type or payload, or when only some of the ids are stored: a batch is
-- stored all or none, so this cannot be the same call made again. Nor can it be when another login stored the message,
-- or when that was an hour ago: who has only learnt an id is refused in the same way whatever else they guess.
create or replace function millrace.answer_for_stored(messages jsonb) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  login constant oid := quote_ident(session_user)::regrole;
  conflict record;
begin
  select i.position - 1 as index
  into conflict
  from rows from (
    jsonb_to_recordset(messages) as (id uuid, type text, payload jsonb)
  ) with ordinality as i(id, type, payload, position)
  left join millrace.message m on m.id = i.id
  where m.id is null
    or m.enqueued_by <> login
    or m.created_at <= statement_timestamp() - interval '1 hour'
    or m.type <> i.type
    or m.payload::jsonb <> coalesce(i.payload, 'null')
  order by i.position
  limit 1;
  if found then
    raise 'the id is in use by another message' using
      errcode = 'MR004',
      detail = json_build_object('index', conflict.index, 'pointer', '/id');
  end if;
  return (
    select json_agg(
      json_build_object('id', i.id, 'type', i.type, 'duplicate', false, 'status', millrace.message_status(i.id))
      order by i.position
    )
    from rows from (
      jsonb_to_recordset(messages) as (id uuid, type text)
    ) with ordinality as i(id, type, position)
  );
end
$$;
