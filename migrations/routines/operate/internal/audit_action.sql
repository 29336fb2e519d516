-- Leaves an operator's action in the audit table.
create or replace function millrace.audit_action(actor text, action text, target jsonb, affected integer) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.audit (actor, action, target, affected)
  values (coalesce(actor, session_user), action, target, affected)
$$;

revoke execute on function millrace.audit_action from public;
