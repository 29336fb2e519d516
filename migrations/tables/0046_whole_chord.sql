-- Of which messages a chord was made, as a hash of their ids, so that a call which is made again with others is told from one that is
-- the same: members that join later are none of them.
alter table millrace.chord add column made_of bytea;
