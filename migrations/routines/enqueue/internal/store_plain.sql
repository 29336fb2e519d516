-- Stores messages of which none has an option but its id, as most do, and answers as enqueue_many. Null, with nothing stored,
-- when one of them has others or is not fit to be stored: store_messages is for the former, and refuse_messages says why.
-- causes: of follow-ups, the id of the message that caused each. enqueue_at_any_depth calls it.
create or replace function millrace.store_plain(messages jsonb, causes uuid[]) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whoever gives options gives them to all, mostly.
  if (messages -> 0) - array['id', 'type', 'payload'] <> '{}' then
    return null;
  end if;
  if jsonb_array_length(messages) = 1 then
    return millrace.store_plain_message(messages -> 0, causes[1]);
  end if;
  return millrace.store_plain_batch(messages, causes);
exception
  -- An id is there already. The primary key decides, so that two calls at the same moment cannot both store it.
  when unique_violation then
    return millrace.answer_for_stored(messages);
  -- An id that is none, an element that is no object, or a partition that came into being meanwhile: see make_partition.
  when data_exception or invalid_parameter_value or check_violation then
    return null;
end
$$;
