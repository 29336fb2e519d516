-- Turns deliveries into dead letters: [{id, error}]. Their groups go on with the next member, unless the queue
-- says that a dead letter blocks its group.
create or replace function millrace.bury(lane_id smallint, dead jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  group_keys text[];
  sequences bigint[];
begin
  with gone as (
    delete from millrace.delivery d
    using jsonb_to_recordset(dead) as r(id uuid, error jsonb)
    -- Written so that only the primary key serves it, row by row; see the table.
    where d.message_id = any (array[r.id]) and d.queue_id + 0 = lane_id
    returning d.*, r.error
  ),
  letter as (
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
    select g.message_id, lane_id, g.sequence, g.priority, g.attempt, coalesce(m.type, 'unknown'), g.group_key, coalesce(g.error, 'null')
    from gone g
    left join millrace.message m on m.id = g.message_id
  )
  select array_agg(g.group_key), array_agg(g.sequence)
  into group_keys, sequences
  from gone g
  where g.group_key is not null;

  if group_keys is not null then
    perform millrace.release_groups(lane_id, group_keys, sequences);
  end if;
end
$$;

revoke execute on function millrace.bury from public;
