-- Handlers work with the login of the consumer, which may be another than the migrations'. Tables that come later are
-- theirs, too.
grant usage on schema bookstore to millrace_consumer;
grant select, insert, update, delete on all tables in schema bookstore to millrace_consumer;
alter default privileges in schema bookstore grant select, insert, update, delete on tables to millrace_consumer;
