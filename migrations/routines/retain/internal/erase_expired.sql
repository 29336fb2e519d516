-- Erases messages that are past their type's retention and cannot be dropped with their week. Bounded, so that no
-- maintenance runs long: at most 10,000 messages are erased in a call, and at most 100,000 are looked at for the types
-- that have the same retention and stand at the same place. erased: how many; is_behind: there may be more, and
-- maintenance should come again at once. maintain calls it.
create or replace function millrace.erase_expired(out erased integer, out is_behind boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
-- Messages are read along the primary key in its order: a week that stays for other types' sake may be large, a fresh
-- one is not to be touched, and sorting would read all of it.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
declare
  most constant integer := 10000;
  most_seen constant integer := 100000;
  span record;
  reached uuid;
  ids uuid[];
begin
  erased := millrace.erase_overdue(most);
  erased := erased + millrace.erase_misdated(most - erased);
  is_behind := erased = most;
  for span in
    select t.erased_through as lowest, e.highest, array_agg(t.name) as types
    from millrace.message_type t
    cross join lateral (values (millrace.expired_through(t))) as e(highest)
    where t.erased_through < e.highest
    group by t.erased_through, e.highest
    -- Types with the shortest retention first: it is short for a reason.
    order by e.highest desc
  loop
    -- How far this call looks: to the end of the expired span, or 100,000 messages.
    reached := coalesce(
      (
        select m.id
        from millrace.message m
        where m.id > span.lowest and m.id <= span.highest
        order by m.id
        offset most_seen - 1
        limit 1
      ),
      span.highest
    );
    ids := array(
      select m.id
      from millrace.message m
      where m.id > span.lowest and m.id <= reached and m.type = any (span.types)
      order by m.id
      limit most - erased
    );
    -- When the call's share is used up, it has come only as far as the last message that it erases.
    if cardinality(ids) = most - erased then
      reached := coalesce(ids[cardinality(ids)], span.lowest);
    end if;
    erased := erased + millrace.erase_messages(ids);
    update millrace.message_type t set erased_through = reached where t.name = any (span.types);
    is_behind := is_behind or reached < span.highest;
  end loop;
end
$$;
