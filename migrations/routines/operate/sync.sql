-- Copies what the code declares into the tables: message types, queues with their policies, subscriptions, schedules
-- and the default retention. The migrator calls it after each migration, so it is granted to nobody but the owner.
-- declared is {"messageTypes": [{name, public, version, redact, retentionDays}], "queues": [{name, leaseSeconds,
-- maxAttempts, retryBaseSeconds, retryMaximumSeconds, groupConcurrency, deadBlocksGroup, maxInFlight, maxDepth,
-- rateStarts, rateSeconds, rateBurst, engine, fair, maxInFlightPerKey, ratePerKeyStarts, ratePerKeySeconds, ratePerKeyBurst, types}], "schedules": as in sync_schedules, "retentionDays"}.
-- What the code no longer declares is kept and marked, since messages and deliveries may still refer to it; it gets no
-- new messages and deliveries.
create or replace function millrace.sync(declared jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  rearranged smallint[];
begin
  -- The row's lock lets one sync run at a time. Migrations take turns anyhow; so does whoever calls it by hand, then.
  update millrace.setting set retention_days = (declared ->> 'retentionDays')::integer;

  insert into millrace.message_type as t (name, is_public, version, redacted, retention_days)
  select d.name, d.public, coalesce(d.version, 1), coalesce(d.redact, '{}'), d."retentionDays"
  from jsonb_to_recordset(declared -> 'messageTypes') as d(
    name text, public boolean, version smallint, redact text[], "retentionDays" integer
  )
  on conflict (name) do update set
    is_declared = true,
    is_public = excluded.is_public,
    -- After a rollback the newest version still is one that some code knows; see not_known_yet.
    version = greatest(t.version, excluded.version),
    redacted = excluded.redacted,
    retention_days = excluded.retention_days;

  -- Queues whose groups are to go on by other rules than until now: each of their groups is looked at again.
  select array_agg(q.id) into rearranged
  from jsonb_to_recordset(declared -> 'queues') as d(name text, "groupConcurrency" smallint, "deadBlocksGroup" boolean)
  join millrace.queue q on q.name = d.name
  where (q.group_concurrency, q.dead_blocks_group)
    <> (coalesce(d."groupConcurrency", 1), coalesce(d."deadBlocksGroup", false));

  perform millrace.refuse_moves(declared -> 'queues');
  -- Before the queues' rows, which settles wait for while they hold those of keys.
  perform millrace.let_go_of_keys(array_agg(q.id))
  from jsonb_to_recordset(declared -> 'queues') as d(
    name text, fair boolean, "maxInFlightPerKey" smallint,
    "ratePerKeyStarts" integer, "ratePerKeySeconds" double precision, "ratePerKeyBurst" integer
  )
  join millrace.queue q on q.name = d.name
  where num_nonnulls(q.max_in_flight_per_key, q.rate_per_key_starts) > 0
    and (coalesce(d.fair, false), d."maxInFlightPerKey", d."ratePerKeyStarts", d."ratePerKeySeconds", d."ratePerKeyBurst") is distinct from
      (q.is_fair, q.max_in_flight_per_key, q.rate_per_key_starts, q.rate_per_key_seconds, q.rate_per_key_burst)
  having count(*) > 0;
  perform millrace.sync_queues(declared -> 'queues');
  perform millrace.forget_paused_keys();
  -- Noted, and not carried out here: however many groups there are, that is one row, and sync_groups and consumers look
  -- at them portion by portion.
  update millrace.queue q set regroup_after = '', regroup_horizon = null where q.id = any (rearranged);
  perform millrace.sync_schedules(coalesce(declared -> 'schedules', '[]'));

  update millrace.message_type t
  set is_declared = false
  where not exists (
    select from jsonb_to_recordset(declared -> 'messageTypes') as d(name text) where d.name = t.name
  );
  update millrace.queue q
  set is_declared = false
  where not exists (
    select from jsonb_to_recordset(declared -> 'queues') as d(name text) where d.name = q.name
  );

  delete from millrace.subscription;
  insert into millrace.subscription (type, queue_id)
  select t.type, q.id
  from jsonb_to_recordset(declared -> 'queues') as d(name text, types jsonb)
  join millrace.queue q on q.name = d.name
  cross join lateral jsonb_array_elements_text(d.types) as t(type);

  -- Only where it changes, so that a deployment which changes nothing keeps no enqueue waiting.
  update millrace.message_type t
  set plain_queues = n.plain_queues
  from (
    select t.name,
      case
        when t.is_declared and count(q.max_depth) = 0
          then coalesce(array_agg(q.id order by q.id) filter (where q.id is not null), '{}')
      end as plain_queues
    from millrace.message_type t
    left join millrace.subscription s on s.type = t.name
    left join millrace.queue q on q.id = s.queue_id
    group by t.name
  ) as n
  where n.name = t.name and n.plain_queues is distinct from t.plain_queues;
end
$$;

comment on function millrace.sync is
  'Copies what the code declares into the tables: {"messageTypes", "queues", "schedules", "retentionDays"}. The '
  'migrator calls it; what is no longer declared is kept and marked. Errors: object_in_use (55006) a queue cannot move to SQS, since '
  'members of an open chord are in it.';
