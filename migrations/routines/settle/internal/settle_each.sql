-- Ends deliveries each by an outcome of its own; settle describes the results. Answers the positions of the results
-- whose lease was held, the ids that are dead letters now, and of those that have ended in a group the group and the
-- sequence, two arrays of equal length for unblock_next_members. settle calls it. Raises MR010 for an unknown outcome.
create or replace function millrace.settle_each(
  queue_row millrace.queue, results jsonb,
  out positions bigint[], out dead uuid[], out group_keys text[], out sequences bigint[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  letters jsonb;
  unknown text;
begin
  select r.outcome into unknown
  from jsonb_to_recordset(results) as r(outcome text)
  where r.outcome is null or r.outcome not in ('done', 'retry', 'dead', 'snooze', 'release')
  limit 1;
  if found then
    raise 'an outcome is one of done, retry, dead, snooze, release and unknown, got "%"', unknown
      using errcode = 'MR010';
  end if;

  -- What may have an outcome of its own is single.
  perform millrace.part_held(
    queue_row.id,
    array(select (r ->> 'token')::uuid from jsonb_array_elements(results) as r),
    array(select (r ->> 'id')::uuid from jsonb_array_elements(results) as r)
  );

  with result as materialized (
    -- Each claim once, should the same result be there twice. Materialized, so that the JSON is read once.
    select distinct on (r.id, r.token) r.*
    from rows from (
      jsonb_to_recordset(results) as (
        id uuid, token uuid, outcome text, ms double precision, error jsonb, "delaySeconds" double precision, result jsonb
      )
    ) with ordinality as r(id, token, outcome, ms, error, "delaySeconds", result, position)
    order by r.id, r.token, r.position
  ),
  held as materialized (
    select r.position, d.message_id, d.attempt, d.lease_token, d.group_key, d.sequence, r.ms, r.error,
      -- As large as 4 KiB of compact JSON can become in the way Postgres writes it. What is larger is not kept.
      case when r.outcome = 'done' and octet_length(r.result::text) <= 8192 then r.result end as result,
      -- The attempt that just failed was the last one: a retry becomes a death.
      case when r.outcome = 'retry' and d.attempt >= queue_row.max_attempts then 'dead' else r.outcome end as outcome,
      make_interval(secs => coalesce(r."delaySeconds", millrace.backoff_seconds(queue_row, d.attempt))) as delay
    from result r
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[r.id]) and d.queue_id + 0 = queue_row.id
    where d.lease_token = r.token
      -- A released delivery keeps its last token, without a lease.
      and d.lease_expires_at is not null
    -- A concurrent call with the same results waits here for this one's commit, and then finds no lease any more.
    for update of d
  ),
  logged as (
    insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt, error, result)
    select h.message_id, h.lease_token, statement_timestamp() - make_interval(secs => h.ms / 1000),
      h.outcome::millrace.attempt_outcome, queue_row.id, h.attempt, h.error, h.result
    from held h
    where h.outcome <> 'release'
  ),
  finished as (
    delete from millrace.delivery d
    using held h
    where d.message_id = any (array[h.message_id]) and d.queue_id + 0 = queue_row.id and h.outcome = 'done'
  ),
  waiting as (
    update millrace.delivery d
    set available_at = statement_timestamp() + h.delay,
      -- A snooze, too, leaves the token: by it queue_stats tells a delivery that waits out a snooze from one that was sent with a
      -- delay. A retry is told by its attempt.
      lease_token = case h.outcome when 'snooze' then d.lease_token end,
      lease_expires_at = null,
      -- Its consumer has survived it, so it is no suspect any more.
      lost_leases = null,
      attempt = case h.outcome when 'snooze' then d.attempt - 1 else d.attempt end
    from held h
    where d.message_id = any (array[h.message_id])
      and d.queue_id + 0 = queue_row.id
      and h.outcome in ('retry', 'snooze')
  ),
  released as (
    update millrace.delivery d
    -- Nothing is logged for a release, so the token stays: a repeated release is recognised by it. And nothing has been
    -- learned of it: a suspect stays one.
    set lease_expires_at = null, attempt = d.attempt - 1
    from held h
    where d.message_id = any (array[h.message_id]) and d.queue_id + 0 = queue_row.id and h.outcome = 'release'
  )
  select coalesce(array_agg(h.position), '{}'),
    coalesce(array_agg(h.message_id) filter (where h.outcome = 'dead'), '{}'),
    jsonb_agg(jsonb_build_object('id', h.message_id, 'error', h.error)) filter (where h.outcome = 'dead'),
    array_agg(h.group_key) filter (where h.outcome in ('done', 'dead') and h.group_key is not null),
    array_agg(h.sequence) filter (where h.outcome in ('done', 'dead') and h.group_key is not null)
  into positions, dead, letters, group_keys, sequences
  from held h;

  if letters is not null then
    perform millrace.move_to_dead_letters(queue_row.id, letters);
  end if;
end
$$;
