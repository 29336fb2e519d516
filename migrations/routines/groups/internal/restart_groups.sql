-- Lets groups of one queue go on after something of them was taken out or put back, whichever place it had: as many
-- members start as there are free places. Groups that somebody else holds are marked, for survey, claim or another settle
-- to look at. group_keys are distinct, and at most 10,000. Raises MR005 above read committed. settle,
-- unblock_next_members, cancel_waiting, purge, discard_letters and redrive_letters call it.
create or replace function millrace.restart_groups(in_queue smallint, group_keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  held text[];
  others text[];
  disturbed text[];
begin
  perform millrace.require_read_committed('letting a group go on');
  -- Most are free. These are locked apart, and outside of a block with an exception: a row that is locked within such a
  -- block and removed after it would need a list of transactions (a multixact) in the place of one.
  held := millrace.hold_free_groups(in_queue, group_keys);
  if cardinality(held) < cardinality(group_keys) then
    others := array(select unnest(group_keys) except select unnest(held));
    held := held || millrace.hold_groups(in_queue, others, 20);
  end if;
  disturbed := millrace.restart_held_groups(in_queue, held);
  if cardinality(held) < cardinality(group_keys) or disturbed <> '{}' then
    perform millrace.mark_groups(
      in_queue, disturbed || array(select unnest(group_keys) except select unnest(held))
    );
  end if;
end
$$;
