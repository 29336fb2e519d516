-- Works off the marks of a queue's groups, up to 1000 in a call: lets their next members go and takes the marks away,
-- unless restart_held_groups says that a group must keep its own. Groups that somebody else holds are left for another
-- time, and nobody is waited for. survey and claim call it when the queue has marks, so that a drain does not end while
-- a group could go on. Above read committed it does nothing, since it would not see what the last holder committed.
create or replace function millrace.restart_disturbed_groups(in_queue smallint) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  most constant integer := 1000;
  first bigint;
  last bigint;
  marks bigint[];
  marked text[];
  held text[];
  disturbed text[];
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return;
  end if;
  select min(m.id), max(m.id) into first, last from millrace.disturbed_group m where m.queue_id = in_queue;
  -- With more of them than one call looks at it starts anywhere, so that those that cannot be worked off, because a
  -- transaction stays open, do not keep it from the others.
  first := greatest(first, first + floor(random() * (last - first + most))::bigint - most);
  select array_agg(m.id), array_agg(distinct m.group_key)
  into marks, marked
  from (
    select m.id, m.group_key
    from millrace.disturbed_group m
    where m.queue_id = in_queue and m.id >= first
    order by m.id
    limit most
  ) as m;
  if marks is null then
    return;
  end if;

  held := millrace.hold_free_groups(in_queue, marked);
  disturbed := millrace.restart_held_groups(in_queue, held);
  -- Only marks that were there before the look: another one may have come since, for a member that it did not see. And
  -- only those of groups that are held, so that nobody deletes the same mark and has to be waited for.
  delete from millrace.disturbed_group m
  where m.queue_id = in_queue
    and m.id = any (marks)
    and m.group_key = any (array(select unnest(held) except select unnest(disturbed)));
end
$$;
