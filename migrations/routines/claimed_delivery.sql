-- One claimed delivery as the engine reads it. The payload's row is null when its message is gone.
-- No search_path of its own, so that the planner can inline it.
create or replace function millrace.claimed_delivery(
  message_id uuid, message millrace.message, attempt smallint, group_key text
) returns json
language sql stable
as $$
  select pg_catalog.json_build_object(
    'id', message_id, 'type', (message).type, 'version', (message).version, 'payload', (message).payload, 'headers', (message).headers,
    'createdAt', (message).created_at, 'attempt', attempt, 'groupKey', group_key
  )
$$;

revoke execute on function millrace.claimed_delivery from public;
