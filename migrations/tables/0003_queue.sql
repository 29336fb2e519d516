-- What the code declares, copied here at migration time: message types, queues, and who subscribes to what.
create table millrace.message_type (
  name text primary key,
  is_public boolean not null,
  is_declared boolean not null default true
);

create table millrace.queue (
  id smallint generated always as identity primary key,
  name text not null constraint queue_name_is_unique unique,
  is_declared boolean not null default true,
  is_paused boolean not null default false,
  lease_seconds integer not null constraint lease_in_range check (lease_seconds between 1 and 43200),
  max_attempts smallint not null constraint attempts_in_range check (max_attempts between 1 and 1000),
  retry_base_seconds double precision not null constraint retry_base_in_range check (retry_base_seconds >= 0),
  retry_maximum_seconds double precision not null constraint retry_maximum_in_range check (retry_maximum_seconds >= 0)
);

create table millrace.subscription (
  type text not null references millrace.message_type,
  queue_id smallint not null references millrace.queue,
  primary key (type, queue_id)
);
