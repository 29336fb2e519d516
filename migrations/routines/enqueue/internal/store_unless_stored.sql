-- Stores messages that stand for themselves. Their ids may be there already, from the same call made before,
-- whose answer was lost: then that answer is given again.
create or replace function millrace.store_unless_stored(messages jsonb) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  if messages @? '$[*].groupKey' then
    perform millrace.lock_new_groups(messages);
  end if;
  return millrace.store_messages(messages);
exception
  when unique_violation then
    return millrace.answer_for_stored(messages);
end
$$;

revoke execute on function millrace.store_unless_stored from public;
