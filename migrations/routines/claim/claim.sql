-- Leases up to max_count fresh deliveries of a queue to the caller, most urgent first, for the queue's lease time. The
-- caller makes up the token, a random uuid, and shows it when it settles or extends. A paused or unknown queue gives
-- nothing. Deliveries whose lease ran out are left to claim_suspect. The engine claims through settle_and_claim, which
-- calls this.
-- The cursor of the answer belongs to the next claim of the same drain: that one starts where this one ended, instead
-- of walking finished rows that vacuum cannot remove yet. A null cursor looks from the start.
-- repeated: the answer to this very claim was lost, and the call is made again with the same token and cursor. What the
-- token holds already is given again before anything new is taken.
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
  -- "limit null" is no limit: it would lease the whole queue.
  if not found or coalesce(max_count, 0) < 1 then
    return answer;
  end if;
  if exists (select from millrace.disturbed_group m where m.queue_id = queue_row.id) then
    perform millrace.restart_disturbed_groups(queue_row.id);
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

comment on function millrace.claim is
  'Leases up to max_count deliveries of a queue to the caller, most urgent first, for the queue''s lease time. '
  'token: a random uuid that the caller makes up; cursor: that of the claim before in the same drain, or null; '
  'repeated: true when the answer to this very call was lost. Answers one millrace.claimed: lists of equal length, '
  'null when there is nothing.';
grant execute on function millrace.claim to millrace_consumer;
