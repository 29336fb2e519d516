-- What a consumer must know to decide on a hand-over: for each of the given queues how many deliveries could be claimed
-- now, and how fast they would be handled. The consumer calls it two or three times in a drain that has work, and never
-- without the mode.
-- No queue is counted any further than matters: to as many deliveries as so many consumers can handle in that time, or
-- at once, and to most_counted. The walk begins at the cursor, behind what is finished, and its limit counts the rows under
-- a lease as well; so it costs less than the claims of what it counts.
-- A queue's pace is the one given, or else the one of its latest drains, whatever other queues have done since. When
-- neither is known, nothing is counted.
create or replace function millrace.backlog(queues jsonb, consumers integer, time_ms double precision) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  most_counted constant integer := 500000;
  -- What the engine and the database spend on a delivery whose handler does nothing.
  least_ms constant double precision := 0.25;
  answer json;
begin
  select json_build_object(
    'helpers', (select count(*) from millrace.helper h where h.ends_at > statement_timestamp()),
    'queues', coalesce(
      json_agg(
        json_build_object('queue', q.name, 'waiting', least(bound.most, counted.waiting + in_parcels.waiting), 'eachMs', pace.each_ms)
      ),
      '[]'
    )
  )
  into answer
  from jsonb_to_recordset(backlog.queues) as l(
    queue text, cursor jsonb, concurrency integer, "eachMs" double precision
  )
  join millrace.queue q on q.name = l.queue and not q.is_paused
  cross join lateral (
    select coalesce(
      -- Measured by the caller, and no zero to divide by.
      nullif(l."eachMs", 0),
      (
        select sum(latest.run_ms)::double precision
          / nullif(sum(latest.handled) filter (where latest.run_ms is not null), 0)
          / l.concurrency
          + least_ms
        from (
          select d.run_ms, d.claimed - d.released as handled
          from millrace.drain_log d
          where d.queue_id = q.id
          order by d.ended_at desc
          limit 20
        ) as latest
      )
    ) as each_ms
  ) as pace
  cross join lateral (
    -- Never null, which would be no limit at all.
    select case
      when pace.each_ms is null then 0
      else least(most_counted, consumers * greatest(l.concurrency, ceil(time_ms / pace.each_ms)))::integer
    end as most
  ) as bound
  cross join lateral (
    select coalesce(sum(cardinality(p.message_ids)) filter (where p.lease_token is null), 0) as waiting
    from jsonb_to_recordset(l.cursor) as c(priority smallint, "parcelAt" timestamptz, "parcelSequence" bigint)
    cross join lateral millrace.first_parcels(
      q.id, c.priority, bound.most, coalesce(c."parcelAt", '-infinity'), coalesce(c."parcelSequence", 0)
    ) as p
  ) as in_parcels
  cross join lateral (
    select count(*) filter (where walked.is_fresh) as waiting
    from (
      select next.is_fresh
      from jsonb_to_recordset(l.cursor) as c(priority smallint, "availableAt" timestamptz, sequence bigint)
      cross join lateral (
        select d.lease_expires_at is null and d.lost_leases is null as is_fresh
        from millrace.delivery d
        where d.queue_id = q.id
          and d.priority = c.priority
          and (d.available_at, d.sequence) > (c."availableAt", c.sequence)
          and d.available_at <= statement_timestamp()
        order by d.available_at, d.sequence
      ) as next
      limit bound.most
    ) as walked
  ) as counted;
  return answer;
end
$$;

comment on function millrace.backlog is
  'How much waits in queues, for a consumer that may share it with others. queues: [{queue, cursor, concurrency, '
  'eachMs}], with the cursor of survey or claim and the milliseconds that a delivery takes this consumer, null for '
  'those of the latest drains. Answers {"helpers", "queues": [{queue, waiting, eachMs}]}: helpers under way, '
  'deliveries that could be claimed, counted to as many as so many consumers can handle in time_ms, or at once, and to '
  '500,000 at most; and eachMs, null when it is not known.';
grant execute on function millrace.backlog to millrace_consumer;
