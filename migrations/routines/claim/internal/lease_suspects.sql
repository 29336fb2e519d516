-- Puts suspects, whose rows are locked, under a new lease, as a further attempt of each, and takes their places under the
-- queue's limits. Leases that ran out are counted and logged; what was only released has lost none since.
-- claim_suspects calls it.
create or replace function millrace.lease_suspects(
  queue_row millrace.queue, token uuid, suspects millrace.delivery[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  if suspects = '{}' then
    return;
  end if;
  perform millrace.log_expired(suspects);
  update millrace.delivery d
  set lease_token = lease_suspects.token,
    lease_expires_at = statement_timestamp() + make_interval(secs => queue_row.lease_seconds),
    lost_leases = coalesce(s.lost_leases, 0) + (s.lease_expires_at is not null)::integer,
    -- A last attempt that was lost among others is made again; see suspects_together.
    attempt = case when s.attempt < queue_row.max_attempts then s.attempt + 1 else s.attempt end
  from unnest(suspects) as s
  -- Served by the primary key alone; settle_done explains this form.
  where d.message_id = any (array[s.message_id]) and d.queue_id + 0 = queue_row.id;
  if queue_row.max_in_flight is not null or queue_row.rate_starts is not null then
    perform millrace.take_places(queue_row, token, to_json(millrace.ids_of(suspects)));
  end if;
end
$$;
