-- Suspects that SQS has brought are handled in groups, as those of Postgres are: what that needs to know of their past.

alter table millrace.receipt
  -- How many leases it has lost as a suspect, since it was settled last; null when it is none. As delivery.lost_leases.
  add column lost_leases smallint;

alter type millrace.decided
  -- As the receipt's, of what is taken.
  add attribute lost_leases smallint,
  -- How many suspects of its past may be handled side by side; null of all others.
  add attribute together integer,
  -- The number of the attempt that was lost, where that is to be logged: the one before, or the same, when it is made once more.
  add attribute lost_attempt smallint;
