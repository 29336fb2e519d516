-- The claim of a queue with an in-flight or a rate limit: takes no more than the limits leave, and writes down
-- what it took. Claims of such a queue take turns.
create or replace function millrace.claim_limited(queue_row millrace.queue, token uuid, max_count integer, cursor json)
returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  allowed integer;
  answer millrace.claimed;
begin
  -- The count below must not change before this claim has committed. Not "for update", which would also wait for
  -- every insert that refers to the queue.
  perform from millrace.queue q where q.id = queue_row.id for no key update;
  -- Below zero are the free places after the limit was lowered.
  allowed := greatest(0, least(max_count, millrace.free_places(queue_row), floor(millrace.saved_starts(queue_row))));
  if allowed = 0 then
    answer.cursor := claim_limited.cursor;
  else
    answer := millrace.claim_fresh(queue_row, token, allowed, cursor);
    perform millrace.take_places(queue_row, token, coalesce(answer.ids, '[]'));
  end if;
  if coalesce(json_array_length(answer.ids), 0) = allowed and allowed < max_count then
    answer.limited_ms := millrace.limited_ms(queue_row);
  end if;
  return answer;
end
$$;

revoke execute on function millrace.claim_limited from public;
