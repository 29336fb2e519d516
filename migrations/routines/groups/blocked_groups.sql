-- The groups of a queue that have members waiting behind others, with the delivery that they wait for: {group_key,
-- waiting (counted up to 1000), message_id, status of the blocker, since}. In key order, behind after_key.
create or replace function millrace.blocked_groups(queue text, max_count integer default 100, after_key text default '')
returns table (group_key text, waiting bigint, message_id uuid, status text, available_at timestamptz, attempt smallint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  in_queue smallint := (select q.id from millrace.queue q where q.name = blocked_groups.queue);
  found_groups integer := 0;
begin
  loop
    -- From group to group along the index: a group's length does not matter.
    select min(d.group_key) into after_key
    from millrace.delivery d
    where d.queue_id = in_queue and d.group_key > after_key;
    exit when after_key is null or found_groups >= least(max_count, 1000);
    return query select * from millrace.blocked_group(in_queue, after_key);
    if found then
      found_groups := found_groups + 1;
    end if;
  end loop;
end
$$;

revoke execute on function millrace.blocked_groups from public;
grant execute on function millrace.blocked_groups to millrace_operator;
