-- Writes down what a claim of a queue with limits took: leases for the in-flight limit, starts for the rate limit. ids:
-- a JSON array of the message ids. claim_limited and lease_suspects call it, with the queue's row locked.
create or replace function millrace.take_places(queue_row millrace.queue, token uuid, ids json) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- A bare name is a column's; claim_fresh says more.
#variable_conflict use_column
begin
  if queue_row.max_in_flight is not null then
    insert into millrace.in_flight (queue_id, message_id, lease_token, lease_expires_at)
    select queue_row.id, id::uuid, take_places.token,
      statement_timestamp() + make_interval(secs => queue_row.lease_seconds)
    from json_array_elements_text(ids) as id
    -- A suspect's lost lease is still in the table.
    on conflict (queue_id, message_id) do update
    set lease_token = excluded.lease_token, lease_expires_at = excluded.lease_expires_at;
  end if;
  if queue_row.rate_starts is not null then
    insert into millrace.rate (queue_id, saved, saved_at)
    values (queue_row.id, millrace.saved_starts(queue_row) - json_array_length(ids), clock_timestamp())
    on conflict (queue_id) do update set saved = excluded.saved, saved_at = excluded.saved_at;
  end if;
end
$$;
