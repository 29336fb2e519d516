-- How far it has been carried out that a deployment changed the rules by which a queue's groups go on; see regroup.
alter table millrace.queue
  -- Groups with keys after this one are still to be looked at. Null when none is.
  add column regroup_after text,
  -- Transactions below this one may store members by the old rules: when they have ended, all groups are looked at once
  -- more. Null when that is not needed.
  add column regroup_horizon xid8;
