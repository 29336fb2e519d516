-- Stores messages, or answers for those that an earlier call has stored: the answer to that call was lost, and the
-- caller makes it again with the same ids. Called once idempotency keys are out of the way; answers as enqueue_many. owner: see
-- key_owner.
create or replace function millrace.store_unless_stored(messages jsonb, owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  refusing text;
begin
  if messages @? '$[*] ? (@.chordId != null)' then
    return millrace.store_members(messages, owner);
  end if;
  for tried in 1..10 loop
    begin
      -- Of several databases, this one may not be where the messages belong.
      if messages @? '$[*] ? (exists (@.groupKey) || exists (@.place))' and millrace.is_spread() then
        return millrace.store_placed(messages, owner);
      end if;
      if messages @? '$[*].groupKey' then
        perform millrace.lock_new_groups(messages);
      end if;
      return millrace.store_messages(messages);
    exception
      -- An id is there already. The primary key decides, so that two calls at the same moment cannot both store it.
      when unique_violation then
        return millrace.answer_for_stored(messages);
      -- While this call waited for the default partition, a row of it got a partition of its own: see make_partition.
      -- The next statement finds that. A few times, since a batch may hold rows of several such weeks.
      when check_violation then
        get stacked diagnostics refusing = table_name;
        if refusing <> 'message_default' or tried = 10 then
          raise;
        end if;
    end;
  end loop;
end
$$;
