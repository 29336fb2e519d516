-- Claims up to max_count fresh deliveries of a queue for the queue's lease time, under a token that the caller
-- made up (a random uuid). Answers {"deliveries": [[id, type, version, payload, headers, createdAt, attempt,
-- groupKey]], "cursor", "limitedMs"}, most urgent first; lists, since names would cost a fifth of the answer and of the
-- time to build it. Type and payload are null when the message is gone. Pass the cursor to the next claim of the same drain, so
-- that it starts where this one ended instead of walking finished rows that vacuum cannot remove yet; pass null to
-- look from the start.
-- A paused queue gives nothing. Deliveries whose lease ran out are left to claim_suspect.
-- limitedMs: null, or how long until the queue's in-flight or rate limit, which cut this claim short, may give more.
-- repeated: the answer to this very claim was lost; what the token holds already is given again.
create or replace function millrace.claim(
  queue text, token uuid, max_count integer, cursor json default null, repeated boolean default false
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  lane millrace.queue;
  start json := cursor;
  held json;
begin
  select q.* into lane from millrace.queue q where q.name = claim.queue and not q.is_paused;
  -- A limit of null would take the whole queue.
  if not found or coalesce(max_count, 0) < 1 then
    return json_build_object('deliveries', json_build_array(), 'cursor', cursor);
  end if;
  start := coalesce(start, millrace.claim_cursor(lane.id));
  if repeated then
    held := millrace.held_deliveries(lane.id, token, max_count, start);
    if held is not null then
      return json_build_object('deliveries', held, 'cursor', start);
    end if;
  end if;
  if lane.max_in_flight is not null or lane.rate_starts is not null then
    return millrace.claim_limited(lane, token, max_count, start);
  end if;
  return millrace.claim_fresh(lane, token, max_count, start);
end
$$;

revoke execute on function millrace.claim from public;
grant execute on function millrace.claim to millrace_consumer;
