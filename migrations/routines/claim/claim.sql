-- Leases up to max_count fresh deliveries of a queue to the caller, most urgent first, for the queue's lease time. The
-- caller makes up the token, a random uuid, and shows it when it settles or extends. A paused or unknown queue gives
-- nothing. Deliveries whose lease ran out are left to claim_suspects. The engine claims through settle_and_claim, which
-- calls this.
-- The cursor of the answer belongs to the next claim of the same drain: that one starts where this one ended, instead
-- of walking finished rows that vacuum cannot remove yet. A null cursor looks from the start.
-- A claim takes fewer than max_count when their messages add up to about 4 MiB as JSON, but always at least one, and where
-- single deliveries end and parcels begin or the other way round: has_more of the answer says so, and another claim goes on
-- from the cursor.
-- repeated: the answer to this very claim was lost, or was too large for whoever was to take it, and the call is made
-- again with the same token and cursor. What the token holds already is given again before anything new is taken; with
-- a smaller max_count the first of it, and the rest is released.
-- with_messages: false takes the leases and answers ids alone, for a message that nobody can take in: under its lease
-- it can be settled as dead.
-- in_runs: true says of a property that many have in common what it is and of how many, {"values", "counts"}, in the place of a
-- list, wherever that is less work for both. Values follow each other in the order of the deliveries.
create or replace function millrace.claim(
  queue text, token uuid, max_count integer, cursor json default null, repeated boolean default false,
  with_messages boolean default true, in_runs boolean default false
) returns millrace.claimed
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  queue_row millrace.queue;
  start json;
  leased record;
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
  if num_nonnulls(queue_row.regroup_after, queue_row.regroup_horizon) > 0 then
    perform millrace.regroup(queue_row.id);
  end if;
  start := coalesce(claim.cursor, millrace.starting_cursor(queue_row.id));
  if repeated then
    if queue_row.is_fair then
      start := millrace.turned_back(queue_row.id, start);
    end if;
    answer := millrace.held_deliveries(queue_row, token, max_count, start, with_messages, in_runs);
  end if;
  if answer.ids is null then
    if queue_row.is_fair or queue_row.max_in_flight is not null or queue_row.rate_starts is not null then
      if millrace.has_parcels(queue_row.id, start) then
        -- The queue was neither limited nor fair when they were enqueued.
        perform millrace.part_queue(queue_row.id, max_count);
      end if;
      answer := millrace.claim_limited(queue_row, token, max_count, start, with_messages);
    else
      -- One claim gives one kind, parcels or single deliveries, and ends where the other kind goes first.
      leased := millrace.lease_parcels(queue_row, token, max_count, start);
      if leased.counts is not null then
        answer := millrace.held_parcels(queue_row.id, token, leased.counts, leased.available_ats, with_messages, in_runs);
        answer.has_more := leased.is_cut or leased.has_singles;
        answer.kib := least(leased.kib, millrace.most_claim_kib());
        answer.cursor := leased.cursor;
      else
        if leased.before_priority is not null then
          answer := millrace.claim_fresh(
            queue_row, token, max_count, start, with_messages, leased.before_priority, leased.before_at
          );
          answer.has_more := answer.ids is not null;
        end if;
        -- There is no parcel, or others may be claiming all that was in question at this moment.
        if answer.ids is null then
          answer := millrace.claim_fresh(
            queue_row, token, max_count, start, with_messages, has_parcels => leased.has_parcels
          );
        end if;
      end if;
    end if;
  end if;
  -- A type is never null, unless its message was not found, which only a list tells. The search is in a short text, and the rare
  -- name that holds the word costs a second look.
  if with_messages and json_typeof(answer.types) = 'array' and strpos(answer.types::text, 'null') > 0 then
    return millrace.look_again(queue_row, token, answer, start);
  end if;
  return answer;
end
$$;

comment on function millrace.claim is
  'Leases up to max_count deliveries of a queue to the caller, most urgent first, for the queue''s lease time. '
  'token: a random uuid that the caller makes up; cursor: that of the claim before in the same drain, or null; '
  'repeated: true when the answer to this very call was lost; with a smaller max_count, what is beyond it is '
  'released. Answers one millrace.claimed: lists of equal length, null when there is nothing, of about 4 MiB of '
  'messages at most, but at least one; has_more tells that the claim ended before max_count although there is more. '
  'with_messages: false answers leases without their messages. in_runs: true answers what many have in common as '
  '{"values", "counts"} in the place of a list: each value for so many deliveries.';
grant execute on function millrace.claim to millrace_consumer;
