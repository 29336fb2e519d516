-- The same key, beginning with what a person looks for: an idempotency key is found whoever sent it, without an index more.
-- Statements that name the columns in the old order find the constraint as before.
alter table millrace.idempotency_key
  drop constraint idempotency_key_is_unique,
  add constraint idempotency_key_is_unique primary key (key, type, owner);
