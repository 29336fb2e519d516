-- Writes an operator's action to the audit table, in the action's own transaction, so that neither is there without the
-- other. Without an actor the line names the role that the session logged in as: current_user would be the owner here.
create or replace function millrace.audit_action(actor text, action text, target jsonb, affected integer) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.audit (actor, action, target, affected)
  values (coalesce(actor, session_user), action, target, affected)
$$;
