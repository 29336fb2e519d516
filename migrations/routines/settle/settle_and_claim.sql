-- Settles one batch and claims the next in one round trip and one transaction: the consumer's main call. Both halves
-- answer as settle and claim, and may be repeated as those; a max_count of 0 claims nothing.
create or replace function millrace.settle_and_claim(
  queue text, results jsonb, done jsonb, token uuid, max_count integer, cursor json, repeated boolean default false,
  with_messages boolean default true, out settled json, out claimed millrace.claimed, in_runs boolean default false
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Holds for all that is called from here: otherwise each look-up of the queue is planned anew in a session's first five calls.
set plan_cache_mode = force_generic_plan
as $$
begin
  settled := millrace.settle(queue, results, done);
  claimed := millrace.claim(queue, token, max_count, cursor, repeated, with_messages, in_runs);
end
$$;

comment on function millrace.settle_and_claim is
  'Settles one batch and claims the next, in one transaction. results and done as in settle; token, max_count, '
  'cursor, repeated, with_messages and in_runs as in claim. Answers settled as settle and claimed as claim does. Errors as '
  'settle: MR001, MR002, MR003, MR004, MR005, MR006, MR007, MR010, MR011, MR013, MR014.';
grant execute on function millrace.settle_and_claim to millrace_consumer;
