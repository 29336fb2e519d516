-- Raises the first fault of messages that could not be stored, with its index and a JSON pointer.
-- Slow and careful where store_messages is fast: it runs only after a refusal. Never repeats a payload.
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

revoke execute on function millrace.refuse_messages from public;
