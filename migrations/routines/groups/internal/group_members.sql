-- How many live members a group of a queue has, counted no further than may be handled at once; as many as that
-- while a dead letter blocks the group. Looks from the newest, since finished members lie at the other end.
create or replace function millrace.group_members(queue_row millrace.queue, group_key text) returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
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

revoke execute on function millrace.group_members from public;
