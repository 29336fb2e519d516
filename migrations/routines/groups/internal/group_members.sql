-- How many live members a group of a queue has, counted no further than may be handled at once; as many as that
-- while a dead letter blocks the group. Looks from the newest, since finished members lie at the other end.
create or replace function millrace.group_members(lane millrace.queue, group_key text) returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select case
    when lane.dead_blocks_group and exists (
      select from millrace.dead_letter l where l.queue_id = lane.id and l.group_key = group_members.group_key
    ) then lane.group_concurrency
    else (
      select count(*)
      from (
        select from millrace.delivery d
        where d.queue_id = lane.id and d.group_key = group_members.group_key
        order by d.sequence desc
        limit lane.group_concurrency
      ) as newest
    )
  end
$$;

revoke execute on function millrace.group_members from public;
