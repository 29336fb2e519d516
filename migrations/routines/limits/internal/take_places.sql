-- Writes down what a limited claim took: leases for the in-flight limit, starts for the rate limit.
create or replace function millrace.take_places(queue_row millrace.queue, token uuid, ids json) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if queue_row.max_in_flight is not null then
    insert into millrace.in_flight (queue_id, message_id, lease_token, lease_expires_at)
    select queue_row.id, id::uuid, take_places.token,
      statement_timestamp() + make_interval(secs => queue_row.lease_seconds)
    from json_array_elements_text(ids) as id
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

revoke execute on function millrace.take_places from public;
