-- Whether what has ended was buried by receive for a lost attempt: whoever settles it leaves its end in the log, under the token.
-- decided_copies asks it of what the caller's own token has ended.
create or replace function millrace.was_lost(id uuid, in_queue smallint, token uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
  select not exists (
    select from millrace.attempt a
    where a.message_id = was_lost.id and a.queue_id = in_queue and a.lease_token = was_lost.token
  )
$$;
