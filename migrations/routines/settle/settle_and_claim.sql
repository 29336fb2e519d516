-- Settles one batch and claims the next in one round trip and one transaction. Both halves answer, and may be repeated,
-- as settle and claim.
create or replace function millrace.settle_and_claim(
  queue text, results jsonb, done jsonb, token uuid, max_count integer, cursor json, repeated boolean default false,
  out settled json, out claimed millrace.claimed
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  settled := millrace.settle(queue, results, done);
  claimed := millrace.claim(queue, token, max_count, cursor, repeated);
end
$$;

revoke execute on function millrace.settle_and_claim from public;
grant execute on function millrace.settle_and_claim to millrace_consumer;
