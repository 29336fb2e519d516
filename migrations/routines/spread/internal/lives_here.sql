-- Whether a group has a live delivery in this database, or a dead letter that would be one again when it is redriven. What waits
-- to be sent elsewhere does not count. Nor do dead letters of queues on SQS, and what was redriven of them: SQS alone keeps their
-- order, and a handler there may fail, and so leave a letter here, when the group has long moved on. where_members_belong asks.
create or replace function millrace.lives_here(group_key text) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select exists (
    select
    from millrace.queue q
    where q.engine <> 'database'
      and (
        exists (
          select
          from millrace.delivery d
          where d.queue_id = q.id
            and d.group_key = lives_here.group_key
            and (
              q.engine = 'postgres'
              or not exists (select from millrace.receipt r where r.message_id = d.message_id and r.queue_id = q.id)
            )
          -- Keeps the planner from joining it, which would read all members of all groups.
          offset 0
        )
        or q.engine = 'postgres' and exists (
          select from millrace.dead_letter l where l.group_key = lives_here.group_key and l.queue_id = q.id offset 0
        )
      )
  )
$$;
