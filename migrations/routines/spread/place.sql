-- Tells this database which of how many it is. The migrator calls it, in the last database first: so wherever a database sends a
-- group to, that one knows what to do with it. Granted to nobody but the owner, as sync is. before: how many there were until now,
-- or null for a deployment that has nothing to move yet. A call that says what is known already changes nothing.
create or replace function millrace.place(number integer, databases integer, before integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- Less than the second after which Postgres finds a deadlock: a producer that waits for these locks, and has one of them, goes on.
-- The migrator comes again.
set lock_timeout = '500ms'
as $$
begin
  -- Waits for all that have gone by the old placement, and finds the groups that they have stored committed. is_spread takes the
  -- other side of this lock; that of message_group is taken by enqueues of the release before, too, which do not ask.
  lock table millrace.placement in exclusive mode;
  lock table millrace.message_group in share row exclusive mode;
  if exists (select from millrace.placement p where p.number <> place.number) then
    raise 'this database is number %, and not %', (select p.number from millrace.placement p), place.number
      using errcode = 'MR002';
  end if;
  insert into millrace.placement as p (number, databases, before)
  values (place.number, place.databases, place.before)
  on conflict (only_row) do update
  set databases = excluded.databases, before = excluded.before, since = statement_timestamp()
  where p.databases < excluded.databases;
end
$$;

comment on function millrace.place is
  'Tells this database which of how many it is: number from 0, databases 2 to 16, before how many there were until now, or null when '
  'there is nothing to move. The migrator calls it. Errors: MR002 the database has another number; lock_not_available (55P03) '
  'producers are at work: to be repeated.';
