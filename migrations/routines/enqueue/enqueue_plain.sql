-- Enqueues messages of one type that have no option but their ids, all or none, in the caller's own transaction: what
-- enqueue_many does for them, at half the cost. For the code in TypeScript, which makes ids itself and knows of its payloads
-- what enqueue_many has to find out. Payloads come as one array and ids beside it, so that nothing has to be taken out of an
-- object for each message, and the answer has only what the caller does not know: the status that all of them have.
-- Whatever is not simply stored goes the way of enqueue_many, unfit messages and repeated calls as well, and is answered as
-- there.
-- kib: the size of the largest payload, in KiB as message_kib counts it; see store_alike for who is believed.
create or replace function millrace.enqueue_plain(
  type text, ids uuid[], kib smallint, payloads json, caller text default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- The generic plans of store_alike are made once in a session; see store_plain_batch.
set plan_cache_mode = force_generic_plan
as $$
declare
  status json;
begin
  if caller is not null then
    perform millrace.key_owner(caller);
  end if;
  if json_typeof(payloads) = 'array' then
    -- Returned as it is: an expression that made JSON of it would be prepared anew in each transaction; see store_one.
    if cardinality(ids) = 1 then
      status := millrace.store_one(type, ids, kib, payloads);
      if status is not null then
        return status;
      end if;
    end if;
    if ids <> '{}' then
      status := to_json(millrace.store_alike(type, ids, kib, payloads));
      if status is not null then
        return status;
      end if;
    end if;
  end if;
  -- Asked only now, since it reads all of the text once more.
  if json_typeof(payloads) is distinct from 'array' or json_array_length(payloads) is distinct from cardinality(ids) then
    raise 'payloads must be a JSON array with one payload for each of the ids'
      using errcode = 'MR002', detail = '{"index": 0, "pointer": ""}';
  end if;
  return millrace.enqueue_many(
    (
      select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'type', type, 'payload', e.payload) order by e.position), '[]')
      from rows from (unnest(ids), json_array_elements(payloads)) with ordinality as e(id, payload, position)
    ),
    caller
  );
end
$$;

comment on function millrace.enqueue_plain is
  'Enqueues messages of one type without options, all or none, in the caller''s transaction: ids, version 7 uuids, and an '
  'array of as many payloads. Answers the status that all have as a JSON string, pending or done, or else as '
  'enqueue_many. kib: 1 + the bytes of the largest payload / 1024, which is believed of operators, and so is that no '
  'number has an exponent or 16 digits, and no payload more than 100 levels; other logins'' payloads are measured. '
  'caller: as in enqueue_many. Errors as those of enqueue_many: MR001, MR002, MR003, MR004, MR005, MR007, MR008, MR011, MR013, MR014.';
grant execute on function millrace.enqueue_plain to millrace_producer;
