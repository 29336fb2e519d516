-- One group with waiting members, as blocked_groups shows it, and the delivery or dead letter that blocks it; no row
-- when nothing waits in it.
create or replace function millrace.blocked_group(in_queue smallint, group_key text)
returns table (group_key text, waiting bigint, message_id uuid, status text, available_at timestamptz, attempt smallint)
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  with waiting as (
    select count(*) as members
    from (
      select from millrace.delivery d
      where d.queue_id = in_queue and d.group_key = blocked_group.group_key and not isfinite(d.available_at)
      limit 1000
    ) as d
  ),
  holder as (
    (
      select l.message_id, 'dead' as status, l.died_at as available_at, l.attempts as attempt
      from millrace.dead_letter l
      join millrace.queue q on q.id = l.queue_id and q.dead_blocks_group
      where l.queue_id = in_queue and l.group_key = blocked_group.group_key
      order by l.sequence
      limit 1
    )
    union all
    (
      select m.message_id,
        case
          when m.lease_expires_at > statement_timestamp() then 'processing'
          when m.available_at > statement_timestamp() and m.available_at < millrace.held_back_from() then 'scheduled'
          else 'pending'
        end,
        millrace.due_since(m.available_at, m.due_at), m.attempt
      from millrace.delivery m
      where m.queue_id = in_queue and m.group_key = blocked_group.group_key and isfinite(m.available_at)
      order by m.sequence
      limit 1
    )
  )
  select blocked_group.group_key, w.members, h.message_id, h.status, h.available_at, h.attempt
  from waiting w
  -- A dead letter that blocks the group comes first; a live head is what the group waits for otherwise.
  left join (select * from holder limit 1) as h on true
  where w.members > 0
$$;
