-- Ends the last growth in this database, if nothing is left of it: from then on groups and keys are sent to where they are at home,
-- and nobody asks any more where they lived before. Answers what is left, as settle_growth does. The migrator and operators call it
-- in one database after the other, the first one first, and go on only while nothing is left: a database that was added stores what
-- nobody has decided on as soon as it is ended, which is right only when those that decide have ended before.
create or replace function millrace.end_growth() returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Less than the second after which Postgres finds a deadlock; see place.
set lock_timeout = '500ms'
as $$
declare
  left_here json := millrace.left_of_growth();
begin
  if not millrace.is_nothing_left(left_here) then
    return left_here;
  end if;
  -- Waits for all that have gone by the placement as it is: they may have added to a group whose last member has ended since, or
  -- forwarded something. So it is looked at once more.
  lock table millrace.placement in exclusive mode;
  left_here := millrace.left_of_growth();
  if millrace.is_nothing_left(left_here) then
    update millrace.placement p set before = null where p.before is not null;
    -- Held by whoever has decided on a group, and left behind.
    delete from millrace.message_group g
    where g.queue_id = millrace.elsewhere()
      and not exists (select from millrace.delivery d where d.queue_id = g.queue_id and d.group_key = g.group_key);
  end if;
  return left_here;
end
$$;

comment on function millrace.end_growth is
  'Ends the last growth in this database if nothing is left of it, and answers what is left, as settle_growth. To be called in one '
  'database after the other, the first one first, and only while nothing is left. Errors: lock_not_available (55P03) producers are '
  'at work: to be repeated.';
grant execute on function millrace.end_growth to millrace_operator;
