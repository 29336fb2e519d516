-- The ids of up to so many messages, newest first, from lowest on and before beyond, among which all are that have the
-- status: the live ones of all deliveries, single or in parcels, dead ones of all dead letters, others of all messages. A message with several
-- deliveries comes several times. messages calls it.
create or replace function millrace.walked_messages(status text, lowest uuid, beyond uuid, looks integer) returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- Read along the primary keys in their order, whenever the plan was made: sorting would read all of a table, and so would a
-- scan of a week that begins.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
begin
  if status = 'dead' then
    return array(
      select l.message_id
      from millrace.dead_letter l
      where l.message_id >= lowest and l.message_id < beyond
      order by l.message_id desc
      limit looks
    );
  elsif status in ('pending', 'scheduled', 'blocked', 'processing') then
    return array(
      select live.id
      from (
        (
          select d.message_id as id
          from millrace.delivery d
          where d.message_id >= lowest and d.message_id < beyond
          order by d.message_id desc
          limit looks
        )
        union all
        select m.id
        from unnest(millrace.newest_members(walked_messages.status, lowest, beyond, looks)) as m(id)
        -- What waits for something is in no parcel.
        where walked_messages.status in ('pending', 'processing')
      ) as live
      order by live.id desc
      limit looks
    );
  end if;
  return array(
    select m.id
    from millrace.message m
    where m.id >= lowest and m.id < beyond
    order by m.id desc
    limit looks
  );
end
$$;
