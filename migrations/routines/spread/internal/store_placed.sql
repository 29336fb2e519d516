-- Stores messages in a deployment over several databases: those that belong here as store_messages does, and the others as
-- forwards, which the consumer sends to where they belong. Whoever gives a place sends by himself: the first of his messages that
-- belongs elsewhere is refused with MR013, unless he does not know so many databases yet, or leaves it here and it is decided on
-- here. What is stored already is answered for instead. store_unless_stored calls it, after is_spread.
create or replace function millrace.store_placed(messages jsonb, owner text) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  elsewhere record;
  forwarded bigint[] := '{}';
begin
  if messages @? '$[*].groupKey' then
    perform millrace.require_read_committed('groupKey');
  end if;
  for elsewhere in
    select w.*, m.message ->> 'id' as id, (m.message #>> '{place,databases}')::integer as known,
      m.message @? '$.place.isForward' as is_forward, w.is_decided_here and m.message @? '$.place ? (@.leave == true)' as is_left
    from millrace.where_members_belong(messages) as w
    join lateral (select messages -> (w.position - 1)::integer as message) as m on true
    order by w.position
  loop
    -- What comes from another database waits there until those before it have gone.
    elsewhere.is_busy := elsewhere.is_busy or elsewhere.is_forward and elsewhere.database is null;
    if elsewhere.known is null
      or not elsewhere.is_busy and (elsewhere.is_left or coalesce(elsewhere.database >= elsewhere.known, true))
    then
      forwarded := forwarded || elsewhere.position;
    elsif exists (select from millrace.message m where m.id = elsewhere.id::uuid) then
      return millrace.answer_for_stored(messages);
    else
      perform millrace.refuse_elsewhere(messages, elsewhere.position, elsewhere.database, elsewhere.asked, elsewhere.is_busy);
    end if;
  end loop;
  if forwarded = '{}' then
    perform millrace.lock_new_groups(messages);
    return millrace.store_messages(messages);
  end if;
  return millrace.store_apart(messages, forwarded, owner);
end
$$;
