-- Turns deliveries into dead letters: dead is [{id, error}]. Answers the group and the sequence of those that were in a
-- group, two arrays of equal length for unblock_next_members. settle_each and bury_suspects call it, with the rows
-- locked.
create or replace function millrace.move_to_dead_letters(
  in_queue smallint, dead jsonb, out group_keys text[], out sequences bigint[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  with gone as (
    delete from millrace.delivery d
    using jsonb_to_recordset(dead) as r(id uuid, error jsonb)
    -- Served by the primary key alone; settle_done explains this form.
    where d.message_id = any (array[r.id]) and d.queue_id + 0 = in_queue
    returning d.*, r.error
  ),
  letter as (
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, fairness_key, error)
    select g.message_id, in_queue, g.sequence, g.priority, g.attempt, coalesce(m.type, 'unknown'), g.group_key,
      nullif(g.fairness_key, ''), coalesce(g.error, 'null')
    from gone g
    left join millrace.message m on m.id = g.message_id
    -- A replay may have found the delivery neither live nor dead, and have let it in while another replay's died.
    on conflict (message_id, queue_id) do update
    set sequence = excluded.sequence, priority = excluded.priority, attempts = excluded.attempts,
      died_at = excluded.died_at, type = excluded.type, group_key = excluded.group_key, fairness_key = excluded.fairness_key,
      error = excluded.error
  )
  select array_agg(g.group_key), array_agg(g.sequence)
  into group_keys, sequences
  from gone g
  where g.group_key is not null;
end
$$;
