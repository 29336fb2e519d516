-- What deployments need to know of those before them.

-- sync gives a queue its id. An identity would lose one to every insert that finds its queue there, which is each queue
-- at each deployment, and after 32,767 of them nothing could be migrated any more.
alter table millrace.queue alter column id drop identity;

-- The newest version of the type's payloads that any code has declared here.
alter table millrace.message_type
  add column version smallint not null default 1 constraint version_is_positive check (version >= 1);
