-- Locks groups of one queue until the transaction ends. Every routine that looks who is head of a group, or changes it,
-- holds this lock meanwhile. Without it an enqueue could see a head that is still live, and store its message as
-- blocked, just when a settle ends that head and sees nobody to pass its place to: the message would wait for ever.
-- Three rules go with it, wherever groups are locked:
--   - In the order of the locks' keys, and all that a transaction needs in one round. Two transactions that lock the
--     same groups in different orders, or in two rounds, could each hold what the other one waits for (a deadlock).
--   - In a statement of its own, before the one that looks. At read committed each statement has a snapshot of its
--     own, so what follows sees what the previous holder of the lock committed.
--   - Before a row of millrace.queue is locked; see claim_suspect.
create or replace function millrace.lock_groups(in_queue smallint, group_keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select distinct millrace.group_lock_key(in_queue, g) as key from unnest(group_keys) as g order by key
  ) as in_order;
end
$$;
