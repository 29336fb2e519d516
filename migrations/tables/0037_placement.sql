-- One deployment over several databases: which of them this one is, and what waits here to be sent to another one.

-- No row: the database is the only one of its deployment. It is locked as a table, in row share mode by whoever goes by it and in
-- exclusive mode by whoever changes it, since a row that is not there cannot be locked.
create table millrace.placement (
  only_row boolean primary key default true constraint one_placement check (only_row),
  -- The place of this database among all, from 0.
  number smallint not null,
  databases smallint not null constraint databases_in_range check (databases between 2 and 16),
  -- How many there were before the last growth, while groups may still live where they lived then; else null.
  before smallint constraint before_is_less check (before between 1 and databases - 1),
  -- The last growth.
  since timestamptz not null default statement_timestamp(),
  constraint number_in_range check (number between 0 and databases - 1)
);

-- What a forward says beside its delivery in the queue "elsewhere" and its message: the options that its real deliveries will
-- need. Only of forwards that have such options; goes when nobody can send them any more.
create table millrace.forward (
  message_id uuid constraint forward_is_unique primary key,
  options jsonb not null
);

-- The queue of forwards is carried by no engine but the other databases.
alter table millrace.queue
  drop constraint engine_is_known,
  add constraint engine_is_known check (engine in ('postgres', 'sqs', 'sqs-fifo', 'database'));
