-- Debounce: for every message with replace, cancels what still waits under its key and puts the new message into
-- its place. What is being processed already is left alone. The keys are locked already.
create or replace function millrace.replace_waiting(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  older uuid[];
begin
  with newer as (
    select distinct on (m.type, m.key) m.*
    from millrace.keyed_messages(messages) as m
    where m.is_replacing
    order by m.type, m.key, m.position desc
  ),
  replaced as (
    select n.*, k.message_id as older
    from newer n
    join millrace.idempotency_key k on k.type = n.type and k.key = n.key
    where k.message_id <> n.id
      -- Stored by the same call made before: by now it may itself have been replaced.
      and not exists (select from millrace.message s where s.id = n.id)
  ),
  moved as (
    update millrace.idempotency_key k
    set message_id = r.id, payload_hash = r.payload_hash, expires_at = r.expires_at
    from replaced r
    where k.type = r.type and k.key = r.key
  )
  select array_agg(r.older) into older from replaced r;

  -- All groups at once, those that are left and those that are joined.
  perform millrace.lock_waiting_groups(older, messages);
  perform millrace.cancel_waiting(older);
end
$$;

revoke execute on function millrace.replace_waiting from public;
