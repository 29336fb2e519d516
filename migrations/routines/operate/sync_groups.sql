-- Carries out on a portion of the groups, up to 1000 of one queue, what sync has changed of the rules by which they go
-- on. The migrator calls it after sync, again and again while the answer says that there is more, each time in a
-- transaction of its own, so that nobody's groups are held for long however many there are. Should the migrator end
-- before, consumers go on with it: survey and claim take a portion each. Granted to nobody but the owner, as sync is.
create or replace function millrace.sync_groups() returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  in_queue smallint;
  looked_at integer := 0;
begin
  select q.id into in_queue
  from millrace.queue q
  where q.regroup_after is not null
  order by q.id
  limit 1
  -- Waits for a claim that has taken a portion; regroup would pass the queue by.
  for no key update;
  if found then
    looked_at := millrace.regroup(in_queue);
  end if;
  return json_build_object(
    'groups', looked_at,
    'more', exists (select from millrace.queue q where q.regroup_after is not null)
  );
end
$$;

comment on function millrace.sync_groups is
  'Carries out on a portion of the groups what sync has changed of the rules by which they go on. Answers {"groups", '
  '"more"}: call again while there is more; consumers go on with what is left. The migrator calls it.';
