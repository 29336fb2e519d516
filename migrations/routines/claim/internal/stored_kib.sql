-- The size of a stored message in KiB, see message_kib, for a delivery that does not know it; 0 when the message is
-- gone. Claims call it.
create or replace function millrace.stored_kib(id uuid) returns smallint
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
  select coalesce(
    (
      select millrace.message_kib(octet_length(m.payload::text), m.headers)
      from millrace.message m
      where m.id = stored_kib.id
    ),
    0::smallint
  )
$$;
