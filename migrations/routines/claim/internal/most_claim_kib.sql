-- How many KiB of messages one claim hands out at most: the bound that keeps a consumer's memory and a proxy's answers
-- small, however many messages were asked for. Only a message that is larger by itself is handed out all the same,
-- alone. 4 MiB are a batch of 200 messages of 20 KiB.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent. Stable for the same
-- reason: an immutable routine would be run by each planner.
create or replace function millrace.most_claim_kib() returns integer
language sql stable
as $$
  select 4096
$$;
