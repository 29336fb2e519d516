-- Marks groups of one queue: somebody must look at them again, since the caller changed them, or could not tell what is
-- right for them, without holding their rows. The mark commits together with the change. restart_disturbed_groups works
-- marks off. A group that has a mark counts as full for new members (taken_places), and its next members are not let
-- go without its row (unblock_next_members). lock_new_groups, restart_groups and regroup call it.
create or replace function millrace.mark_groups(in_queue smallint, group_keys text[]) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.disturbed_group (queue_id, group_key)
  select in_queue, k from unnest(group_keys) as k
$$;
