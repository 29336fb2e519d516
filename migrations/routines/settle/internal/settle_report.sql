-- Answers for a settle that did not match all it was given. What is missing was either ended before by the very same
-- token (repeated: the first call's answer was lost) or has another owner by now (stale). What died in the call that
-- this one repeats is named as dead again, since nobody has heard of it. settle calls it, in the rare case only.
create or replace function millrace.settle_report(
  in_queue smallint, results jsonb, done jsonb, settled bigint
) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
  select json_build_object(
    'settled', settle_report.settled,
    -- What was settled just now has ended by its token as well, and is not counted twice.
    'repeated', count(*) filter (where c.is_ended) - settle_report.settled,
    'dead', coalesce(json_agg(distinct c.id) filter (where c.has_died), '[]'),
    'stale', coalesce(json_agg(c.id) filter (where not c.is_ended), '[]')
  )
  from (
    select claim.id,
      exists (
        select from millrace.attempt a
        where a.message_id = claim.id and a.queue_id = in_queue and a.lease_token = claim.token and a.outcome = 'dead'
      ) as has_died,
      exists (
        select from millrace.attempt a
        where a.message_id = claim.id and a.queue_id = in_queue and a.lease_token = claim.token
          and a.outcome <> 'expired'
      )
      or exists (
        select from millrace.done_attempts a
        where a.first_id between millrace.span_start(claim.id) and millrace.span_end(claim.id)
          and a.lease_token = claim.token and a.queue_id = in_queue and claim.id = any (a.message_ids)
      )
      or exists (
        select from millrace.delivery d
        -- A release leaves its token on the delivery. The look-up is served by the primary key alone; settle_done
        -- explains this form.
        where d.message_id = any (array[claim.id]) and d.queue_id + 0 = in_queue and d.lease_token = claim.token
          and d.lease_expires_at is null
      ) as is_ended
    from millrace.claims_to_settle(results, done) as claim
  ) as c
$$;
