-- What becomes of a delivery whose message type, or the version of whose payload, the consumer's code does not know;
-- error is the consumer's. Migrations run before functions are updated, and stay when code is rolled back, so that code
-- may be older than what is declared here. What is declared is known to some code, and waits for it, for up to an hour
-- from when it was met first. What nobody has declared is known to no code, and is dead at once. It waits as long again
-- as it has waited until now, between 30 seconds and 5 minutes: a deployment of two minutes delays it by about as much,
-- and one that never comes costs 16 attempts in the log. Answers {outcome, delaySeconds, error}. resolve_unknown calls
-- it.
create or replace function millrace.unknown_outcome(in_queue smallint, id uuid, error jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  given constant jsonb := case jsonb_typeof(error) when 'object' then error else '{"name": "Unknown"}' end;
  is_declared constant boolean := exists (
    select from millrace.message m
    join millrace.message_type t on t.name = m.type
    join millrace.subscription s on s.type = m.type
    where m.id = unknown_outcome.id and s.queue_id = in_queue and m.version between 1 and t.version
  );
  waited constant interval := coalesce(
    statement_timestamp() - millrace.waiting_for_code_since(in_queue, id), interval '0'
  );
begin
  if not is_declared then
    return millrace.dead_as_unknown(given, 'the newest code does not know it, either');
  end if;
  if waited >= interval '1 hour' then
    return millrace.dead_as_unknown(given, 'newer code knows it, but has not taken it within an hour');
  end if;
  return jsonb_build_object(
    'outcome', 'snooze',
    'delaySeconds', greatest(30, least(300, extract(epoch from waited))),
    'error', jsonb_build_object(
      'name', 'NotKnownYet',
      'message', concat_ws('; ', given ->> 'message', 'newer code knows it, so it waits for that')
    )
  );
end
$$;
