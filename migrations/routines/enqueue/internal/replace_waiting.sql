-- Debounce: for every message with replace, cancels what still waits under its key and gives the key to the new
-- message. What is being processed already is left alone, and so is what another owner stored. What was cancelled stands in
-- the audit, since whoever waits for that message will not see it handled. enqueue_keyed calls it after take_keys, which has locked the
-- keys' rows.
create or replace function millrace.replace_waiting(messages jsonb, owner text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  older uuid[];
  newer uuid[];
  cancelled integer;
begin
  with newer as (
    -- Of several under one key in a batch the last one wins.
    select distinct on (m.type, m.key) m.*
    from millrace.keyed_messages(messages) as m
    where m.is_replacing
    order by m.type, m.key, m.position desc
  ),
  replaced as (
    select n.*, k.message_id as older
    from newer n
    join millrace.idempotency_key k on k.owner = replace_waiting.owner and k.type = n.type and k.key = n.key
    where k.message_id <> n.id
      -- This message was stored by the same call made before and may have been replaced itself since; storing it again
      -- must not bring it back.
      and not exists (select from millrace.message s where s.id = n.id)
  ),
  moved as (
    update millrace.idempotency_key k
    set message_id = r.id, payload_hash = r.payload_hash, expires_at = r.expires_at
    from replaced r
    where k.owner = replace_waiting.owner and k.type = r.type and k.key = r.key
  )
  select array_agg(r.older), array_agg(r.id) into older, newer from replaced r;

  cancelled := cardinality(millrace.cancel_waiting(older));
  if cancelled > 0 then
    perform millrace.audit_action(
      owner, 'replace', jsonb_build_object('messageIds', to_jsonb(older), 'replacedBy', to_jsonb(newer)), cancelled
    );
  end if;
end
$$;
