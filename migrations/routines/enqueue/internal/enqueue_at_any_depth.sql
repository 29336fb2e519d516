-- Enqueues an array of messages without regard to the depth limits of queues, or raises which message is not fit to be
-- stored, and why. owner: whose idempotency keys they are, see key_owner. causes: of follow-ups, the id of the message that
-- caused each; no caller may say that in the message itself. Answers as enqueue_many.
-- enqueue_many checks the depth afterwards. settle, for follow-ups, and fire_schedule must not: a full queue cannot
-- turn away messages whose cause is done already.
create or replace function millrace.enqueue_at_any_depth(
  messages jsonb, owner text, causes uuid[] default null
) returns json
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    millrace.store_plain(messages, causes),
    millrace.enqueue_with_options(messages, owner, causes)
  );
end
$$;
