-- Locks the groups that messages will join in the queues that subscribe to their types, before store_messages looks
-- whether they have a head. A group that is not to be had within a moment is marked instead: its new members are stored
-- as blocked, whether or not it has a head, and let go by whoever looks at it afterwards. So an enqueue does not wait
-- for somebody else's open transaction because of a group. Raises MR005 above read committed, and MR002, without saying which message, when a queue of
-- them is a standard one of SQS, which knows no groups. store_unless_stored calls it.
create or replace function millrace.lock_new_groups(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  joined record;
  held text[];
begin
  perform millrace.require_read_committed('groupKey');
  for joined in
    select s.queue_id, array_agg(distinct m."groupKey") as group_keys, bool_or(q.engine = 'sqs') as knows_no_groups
    from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    join millrace.queue q on q.id = s.queue_id
    where m."groupKey" is not null
    group by s.queue_id
    order by s.queue_id
  loop
    if joined.knows_no_groups then
      raise 'a message is not fit to be stored' using errcode = 'MR002';
    end if;
    -- Longer than restart_groups waits: of two that wait for each other's groups, the settle gives way.
    held := millrace.hold_groups(joined.queue_id, joined.group_keys, 100);
    if cardinality(held) < cardinality(joined.group_keys) then
      perform millrace.mark_groups(
        joined.queue_id, array(select unnest(joined.group_keys) except select unnest(held))
      );
    end if;
  end loop;
end
$$;
