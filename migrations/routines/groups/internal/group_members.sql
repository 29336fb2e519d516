-- How many live members a group of a queue has, counted no further than the number that may be live beside each other
-- (group_concurrency), since that alone decides whether another one must wait. While a dead letter blocks the group it
-- counts as full. store_messages calls it, with the group locked.
-- The count begins at the newest member: finished rows that vacuum has not removed lie at the other end of the group.
create or replace function millrace.group_members(queue_row millrace.queue, group_key text) returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select case
    when queue_row.dead_blocks_group and exists (
      select from millrace.dead_letter l where l.queue_id = queue_row.id and l.group_key = group_members.group_key
    ) then queue_row.group_concurrency
    else (
      select count(*)
      from (
        select from millrace.delivery d
        where d.queue_id = queue_row.id and d.group_key = group_members.group_key
        order by d.sequence desc
        limit queue_row.group_concurrency
      ) as newest
    )
  end
$$;
