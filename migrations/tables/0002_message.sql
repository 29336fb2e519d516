-- A message: an immutable fact. Rows are only ever added; retention drops whole partitions.
-- The version 7 id carries the time, so partitioning by id is partitioning by time, and a look-up by id
-- reads one partition.
create table millrace.message (
  id uuid not null,
  created_at timestamptz not null default statement_timestamp(),
  -- Of the payload's form; handlers get the newest, see the type's upcasters.
  version smallint not null default 1,
  type text not null,
  payload jsonb not null,
  headers jsonb,
  constraint message_id_is_unique primary key (id)
) partition by range (id);

-- Catches ids whose clock was wrong, so that no enqueue fails for want of a partition.
create table millrace.message_default partition of millrace.message default;
