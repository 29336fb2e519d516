-- Turns dead letters into deliveries with all their attempts before them. Where a dead letter blocks its group, the
-- delivery takes its old place in the group; elsewhere the group has gone on, and it queues up behind. A letter whose
-- message is live in its queue already, because of a replay, only goes. places: where the letters lie, all of them
-- locked. act_on_letters and replay call it.
create or replace function millrace.redrive_letters(places tid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  joined record;
begin
  for joined in
    with letter as (
      delete from millrace.dead_letter l
      where l.ctid = any (places)
      returning l.message_id, l.queue_id, l.sequence, l.priority, l.group_key, l.fairness_key
    ),
    live as (
      insert into millrace.delivery (message_id, queue_id, sequence, priority, group_key, fairness_key, available_at)
      overriding system value
      select l.message_id, l.queue_id,
        case
          when l.group_key is not null and q.dead_blocks_group then l.sequence
          else nextval(pg_get_serial_sequence('millrace.delivery', 'sequence'))
        end,
        l.priority, l.group_key, case when q.is_fair then l.fairness_key end,
        -- A member of a group comes in as blocked, and restart_groups below unblocks whoever's turn it is.
        case when l.group_key is null then statement_timestamp() else 'infinity' end
      from letter l
      join millrace.queue q on q.id = l.queue_id
      -- In the order in which they were enqueued, so that the letters of a group come back in its order.
      order by l.sequence
      -- Waits for a replay that is just making the same delivery, and that waits for no letter any more.
      on conflict (message_id, queue_id) do nothing
    )
    select l.queue_id, array_agg(distinct l.group_key) as group_keys
    from letter l
    where l.group_key is not null
    group by l.queue_id
    order by l.queue_id
  loop
    perform millrace.restart_groups(joined.queue_id, joined.group_keys);
  end loop;
end
$$;
