-- Makes the next members of groups claimable, one for each member that has ended. group_keys and sequences are of those
-- that ended, two arrays of equal length; they were live, for a blocked member that ends makes room for nobody. The
-- caller has not let these groups go on by other ways since then, or a place would be given away twice. While a dead
-- letter blocks its group nobody is unblocked behind it. A member with a time of its own (due_at) becomes scheduled for
-- it. Raises MR005 above read committed. settle and bury_suspects call it.
-- As a rule it locks no group. A blocked member that can be seen takes the place of the one that ended, and will look
-- behind itself when it ends, so nobody who is adding members at this moment has to be waited for. Only when nobody is
-- to be seen, or somebody else has hold of the next one, must the group be looked at with its row locked.
create or replace function millrace.unblock_next_members(in_queue smallint, group_keys text[], sequences bigint[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  others text[];
begin
  perform millrace.require_read_committed('settling a member of a group');
  select q.* into queue_row from millrace.queue q where q.id = in_queue;
  others := millrace.start_next_members(queue_row, group_keys, sequences);
  if others <> '{}' then
    perform millrace.restart_groups(in_queue, others);
  end if;
end
$$;
