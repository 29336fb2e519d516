-- Looks for suspects: deliveries whose lease ran out, or which were released after that, and so have lost leases and no
-- new one. Answers those without attempts left in spent, and in ids those that may be handled next, in claim order, of
-- which "together" may be side by side; alone and together are those of claim_suspects and suspects_together. Of several
-- sizes of groups the largest goes first: a poisonous message is most likely in a small one. Nothing is locked yet.
-- claim_suspects calls it.
create or replace function millrace.find_suspects(
  queue_row millrace.queue, alone boolean, out spent uuid[], out ids uuid[], out together integer
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- A custom plan for the values of this call would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
  with suspect as materialized (
    select first.message_id, first.together,
      row_number() over (order by l.priority, first.available_at, first.sequence) as position
    from json_to_recordset(millrace.starting_cursor(queue_row.id)) as l(priority smallint)
    cross join lateral (
      -- As in survey: suspects stand among the first claimable rows, and the search must not walk a backlog.
      select d.message_id, d.available_at, d.sequence,
        d.lease_expires_at is not null or d.lost_leases is not null as is_suspect,
        millrace.suspects_together(
          d.attempt, queue_row.max_attempts, d.lease_expires_at is not null, d.lost_leases
        ) as together
      from millrace.delivery d
      where d.queue_id = queue_row.id
        and d.priority = l.priority
        and d.available_at <= statement_timestamp()
        and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      order by d.available_at, d.sequence
      limit 200
    ) as first
    where first.is_suspect
  ),
  largest as (
    select max(s.together) as together from suspect s where s.together > 0 and (s.together = 1) = alone
  )
  select array(select s.message_id from suspect s where s.together = 0 order by s.position),
    array(select s.message_id from suspect s where s.together = l.together order by s.position),
    l.together
  into spent, ids, together
  from largest l;
end
$$;
