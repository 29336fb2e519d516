-- How many live members groups of a queue have, counted no further than the number that may be live beside each other
-- (group_concurrency), since that alone decides whether another one must wait. A group counts as full while a dead
-- letter blocks it, while it has a mark, and while members of it are blocked, since a new one comes behind them.
-- group_keys are distinct. One call for all of them, since a call for each would take ten times as long as its look.
-- store_messages calls it, with the groups' rows locked or marks set.
create or replace function millrace.taken_places(queue_row millrace.queue, group_keys text[])
returns table (group_key text, members bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
-- A plan that the session keeps: what is written in SQL alone would be planned at each call, which takes longer than the look
-- at the group of one message.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
-- And none may take delivery_in_claim_order, which would walk all of the queue for each group. Statistics that were taken
-- while a long transaction was still enqueueing say that the table has no rows, and then every index seems to be as good as
-- any other. Only delivery_in_group_order gives a group's members in their order, without a sort.
set enable_sort = off
as $$
#variable_conflict use_column
begin
  return query
    select k.group_key,
      case
        when live.members = queue_row.group_concurrency then live.members
        -- A value and not "exists", from which the planner takes the order away.
        when (
          select true from millrace.delivery d
          where d.queue_id = queue_row.id and d.group_key = k.group_key and not isfinite(d.available_at)
          order by d.sequence
          limit 1
        ) then queue_row.group_concurrency
        when exists (
          select from millrace.disturbed_group m where m.queue_id = queue_row.id and m.group_key = k.group_key
        ) then queue_row.group_concurrency
        when queue_row.dead_blocks_group and exists (
          select from millrace.dead_letter l where l.queue_id = queue_row.id and l.group_key = k.group_key
        ) then queue_row.group_concurrency
        else live.members
      end
    from unnest(group_keys) as k(group_key)
    cross join lateral (
      select count(*) as members
      from (
        select from millrace.delivery d
        where d.queue_id = queue_row.id and d.group_key = k.group_key and isfinite(d.available_at)
        -- From the newest on: finished rows that vacuum has not removed lie at the other end.
        order by d.sequence desc
        limit queue_row.group_concurrency
      ) as newest
    ) as live;
end
$$;
