-- Checks that cost an enqueue less. Postgres reads the checks of a table from their text in each statement that writes to it: for
-- a single message, those of delivery took a fifth of the call's work. Those of a domain it reads once in a session, so checks of
-- one column go there; the others say the same in fewer words. docs/decisions/0048 has what was measured. Rewrites both tables.
create domain millrace.priority as smallint constraint priority_in_range check (value between 1 and 9);

-- How often in a row a lease has been lost.
create domain millrace.losses as smallint constraint losses_positive check (value >= 1);

alter table millrace.delivery
  drop constraint priority_in_range,
  drop constraint lost_leases_positive,
  -- Attempts begin at 0 and are counted up with each lease, where the check below would refuse what came from less.
  drop constraint attempt_not_negative,
  drop constraint lease_has_token,
  drop constraint lease_is_an_attempt,
  drop constraint blocked_is_in_a_group,
  drop constraint blocked_is_not_leased,
  alter column priority type millrace.priority,
  alter column lost_leases type millrace.losses,
  add constraint lease_is_an_attempt check (lease_expires_at is null or (lease_token is not null and attempt > 0)),
  add constraint blocked_waits_in_a_group check (
    isfinite(available_at) or (group_key is not null and lease_expires_at is null)
  );

alter table millrace.parcel
  drop constraint parcel_priority_in_range,
  drop constraint parcel_lease_is_whole,
  alter column priority type millrace.priority,
  add constraint parcel_lease_is_whole check ((lease_expires_at is null) = (lease_token is null));
