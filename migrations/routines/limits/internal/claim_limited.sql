-- The claim of a queue that is fair, or has an in-flight limit or a rate limit: takes no more than both leave, and writes down what it
-- took. Answers as claim; limited_ms is set when a limit, and not the queue's contents, cut the claim short. claim
-- calls it.
create or replace function millrace.claim_limited(
  queue_row millrace.queue, token uuid, max_count integer, cursor json, with_messages boolean
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  allowed integer;
  answer millrace.claimed;
begin
  allowed := millrace.lock_places(queue_row, max_count);
  if allowed = 0 then
    answer.cursor := claim_limited.cursor;
  else
    if queue_row.is_fair then
      answer := millrace.claim_fair(queue_row, token, allowed, cursor, with_messages);
    else
      answer := millrace.claim_fresh(queue_row, token, allowed, cursor, with_messages);
    end if;
    perform millrace.take_places(queue_row, token, coalesce(answer.ids, '[]'));
  end if;
  if coalesce(json_array_length(answer.ids), 0) = allowed and allowed < max_count then
    answer.limited_ms := millrace.limited_ms(queue_row);
  end if;
  return answer;
end
$$;
