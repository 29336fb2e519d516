-- Claims up to max_count fresh deliveries of a queue for the queue's lease time, under a token that the caller
-- made up (a random uuid), most urgent first. Pass the cursor of its answer to the next claim of the same drain, so
-- that it starts where this one ended instead of walking finished rows that vacuum cannot remove yet; pass null to
-- look from the start.
-- A paused queue gives nothing. Deliveries whose lease ran out are left to claim_suspect.
-- repeated: the answer to this very claim was lost; what the token holds already is given again.
create or replace function millrace.claim(
  queue text, token uuid, max_count integer, cursor json default null, repeated boolean default false
) returns millrace.claimed
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  answer millrace.claimed;
begin
  select q.* into queue_row from millrace.queue q where q.name = claim.queue and not q.is_paused;
  answer.cursor := claim.cursor;
  -- A limit of null would take the whole queue.
  if not found or coalesce(max_count, 0) < 1 then
    return answer;
  end if;
  answer.cursor := coalesce(answer.cursor, millrace.starting_cursor(queue_row.id));
  if repeated then
    answer := millrace.held_deliveries(queue_row.id, token, max_count, answer.cursor);
    if answer.ids is not null then
      return answer;
    end if;
  end if;
  if queue_row.max_in_flight is not null or queue_row.rate_starts is not null then
    return millrace.claim_limited(queue_row, token, max_count, answer.cursor);
  end if;
  return millrace.claim_fresh(queue_row, token, max_count, answer.cursor);
end
$$;

revoke execute on function millrace.claim from public;
grant execute on function millrace.claim to millrace_consumer;
