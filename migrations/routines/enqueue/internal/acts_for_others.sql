-- Whether the login is one that the HTTP API and the operators' tools use: it may act as the schema's owner, or is an operator.
-- Such a login is believed for whom it calls, and what it has found out about the messages; see key_owner and enqueue_plain.
-- Within routines that run with their owner's rights, current_user is the schema's owner. On Neon that is no superuser, and
-- need not be an operator.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.acts_for_others() returns boolean
language sql stable
as $$
  select pg_catalog.pg_has_role(session_user, current_user, 'member')
    or pg_catalog.pg_has_role(session_user, 'millrace_operator', 'member')
$$;
