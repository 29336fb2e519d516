-- Settles one batch and claims the next in one round trip and one transaction. Answers
-- {"settled": as settle, "claimed": as claim}. Both halves may be repeated: see settle and claim.
create or replace function millrace.settle_and_claim(
  queue text, results jsonb, done jsonb, token uuid, max_count integer, cursor json, repeated boolean default false
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  settled json := millrace.settle(queue, results, done);
begin
  return json_build_object('settled', settled, 'claimed', millrace.claim(queue, token, max_count, cursor, repeated));
end
$$;

revoke execute on function millrace.settle_and_claim from public;
grant execute on function millrace.settle_and_claim to millrace_consumer;
