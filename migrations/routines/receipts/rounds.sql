-- Which round it is for each delivery that is sent on purpose once more: {id: round}, of those alone whose round is above 0. The
-- relay asks after it has claimed them, and sends them with it: whoever begins another round takes the delivery from the relay.
create or replace function millrace.rounds(queue text, ids uuid[]) returns json
language sql stable security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select coalesce(json_object_agg(r.message_id, r.round), '{}')
  from millrace.receipt r
  -- Served by the primary key alone; settle_done explains this form.
  where r.message_id = any (ids)
    and r.queue_id + 0 = (select q.id from millrace.queue q where q.name = rounds.queue)
    and r.round > 0
$$;

comment on function millrace.rounds is
  'Answers {id: round} for those of the deliveries that are sent to SQS on purpose once more, after a redrive, a replay or a '
  'resend: how many times they had been sent before. Others have round 0. To be asked after the claim.';
grant execute on function millrace.rounds to millrace_consumer;
