-- Debounce: for every message with replace, cancels what still waits under its key and puts the new message into
-- its place. What is being processed already is left alone.
create or replace function millrace.replace_waiting(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  newer record;
  older uuid;
begin
  for newer in
    select m.* from millrace.keyed_messages(messages) as m where m.is_replacing order by m.type, m.key, m.position
  loop
    -- Whoever stores the same key at this moment is waited for, so that the row below is the newest.
    insert into millrace.idempotency_key (type, key, message_id, payload_hash, expires_at)
    values (newer.type, newer.key, newer.id, newer.payload_hash, newer.expires_at)
    on conflict (type, key) do nothing;

    select k.message_id into older
    from millrace.idempotency_key k
    where k.type = newer.type and k.key = newer.key
    for update;

    if older <> newer.id then
      perform millrace.cancel_waiting(array[older]);
      update millrace.idempotency_key k
      set message_id = newer.id, payload_hash = newer.payload_hash, expires_at = newer.expires_at
      where k.type = newer.type and k.key = newer.key;
    end if;
  end loop;
end
$$;

revoke execute on function millrace.replace_waiting from public;
