-- What operators did: a line for each action, written in the action's own transaction.
create table millrace.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default statement_timestamp(),
  -- The caller's name in the HTTP API, or the database role of a person with psql.
  actor text not null,
  action text not null,
  target jsonb not null,
  affected integer not null
);
