-- Cancels what waits in a queue, up to max_count deliveries a call; confirm repeats the queue's name. Answers
-- {"cancelled", "more"}: call again while there is more. What is being processed goes on; dead letters stay.
create or replace function millrace.purge(
  queue text, confirm text, max_count integer default 10000, actor text default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  lane millrace.queue;
  cancelled integer;
  freed text[];
begin
  select q.* into lane from millrace.queue q where q.name = queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  if confirm is distinct from queue then
    raise 'to purge queue "%", repeat its name in confirm', queue using errcode = 'MR002';
  end if;

  with waiting as (
    select d.ctid as place
    from millrace.delivery d
    where d.queue_id = lane.id and d.lease_expires_at is null
    limit least(max_count, 100000)
    for update skip locked
  ),
  gone as (
    delete from millrace.delivery d using waiting w where d.ctid = w.place returning d.*
  ),
  logged as (
    insert into millrace.attempt (message_id, outcome, queue_id, attempt)
    select g.message_id, 'cancelled', lane.id, g.attempt from gone g
  )
  select count(*), array_agg(distinct g.group_key) filter (where g.group_key is not null)
  into cancelled, freed
  from gone g;

  perform millrace.restart_groups(lane, freed);
  perform millrace.audit_action(actor, 'purge', jsonb_build_object('queue', queue), cancelled);
  return json_build_object(
    'cancelled', cancelled,
    'more', exists (select from millrace.delivery d where d.queue_id = lane.id and d.lease_expires_at is null)
  );
end
$$;

revoke execute on function millrace.purge from public;
grant execute on function millrace.purge to millrace_operator;
