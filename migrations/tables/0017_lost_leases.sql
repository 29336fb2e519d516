-- What recovery after a crash must know of a delivery.

-- How many leases in a row it has lost: the more, the fewer are handled beside it. Null when there is none to speak of,
-- because it never lost one or has been settled since; what is not null is a suspect. Null and not 0, so that the rows of
-- deliveries that never lose a lease grow by nothing.
alter table millrace.delivery
  add column lost_leases smallint constraint lost_leases_positive check (lost_leases >= 1);
