-- Raises the first fault in a batch, with the message's index and a JSON pointer as detail; does nothing when every
-- message is fit. It runs only after a batch was refused, so it may look at one message after the other where
-- store_messages checks all in one expression. It never repeats a payload, which could hold what nobody should read in
-- a log.
create or replace function millrace.refuse_messages(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  fault record;
begin
  select m.position - 1 as index, f.code, f.pointer, f.reason
  into fault
  from jsonb_array_elements(messages) with ordinality as m(message, position)
  cross join lateral millrace.message_fault(m.message) as f
  where f.code is not null
  order by m.position
  limit 1;
  if found then
    raise '%', fault.reason using
      errcode = fault.code,
      detail = json_build_object('index', fault.index, 'pointer', fault.pointer);
  end if;
end
$$;
