-- Callers of the HTTP API. Only the SHA-256 of a key is kept.
create table millrace.api_key (
  name text primary key,
  secret_hash text not null constraint secret_is_unique unique,
  scopes text[] not null,
  created_at timestamptz not null default statement_timestamp()
);
