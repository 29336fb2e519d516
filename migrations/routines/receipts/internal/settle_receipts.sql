-- Writes the receipts of results, each in the order of ids, and answers those results that count; settle_received says which do.
-- results: what copies, as SQS has brought them, come to. settle_received calls it.
create or replace function millrace.settle_receipts(
  in_queue smallint, token uuid, copies jsonb, results millrace.received[]
) returns millrace.received[]
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
  counted uuid[];
  others uuid[];
begin
  -- Most have none yet. A concurrent call for the same delivery waits here for this one's commit, and then finds it.
  with made as (
    insert into millrace.receipt
    select n.*
    from unnest(results) as r
    cross join lateral millrace.receipt_after(in_queue, settle_receipts.token, r) as n
    -- Served by the primary key alone; settle_done explains this form. Without this look, what somebody is sending round again would
    -- be waited for.
    where not exists (
      select from millrace.receipt k where k.message_id = any (array[r.id]) and k.queue_id + 0 = in_queue offset 0
    )
    order by r.id
    on conflict (message_id, queue_id) do nothing
    returning message_id
  )
  select coalesce(array_agg(m.message_id), '{}') into counted from made m;
  if cardinality(counted) = cardinality(results) then
    return results;
  end if;

  perform millrace.hold_receipts(in_queue, copies);
  with changed as (
    update millrace.receipt r
    set round = n.round,
      -- A receipt counts attempts itself; the consumer need not know of what it never started.
      attempts = case
        when (h.result).outcome = 'release' and r.round = (h.result).round and r.lease_expires_at is not null then r.attempts - 1
        else n.attempts
      end,
      -- Whoever gives a suspect back unstarted has proved nothing of it; whatever else has happened, its process has survived it.
      lost_leases = case when (h.result).outcome = 'release' and r.round = (h.result).round then r.lost_leases end,
      outcome = n.outcome, lease_token = n.lease_token, lease_expires_at = null, due_at = n.due_at, ended_at = n.ended_at,
      kept_until = n.kept_until
    from (
      select e::millrace.received as result, k.place
      from unnest(results) as e
      cross join lateral (
        select k.ctid as place
        from millrace.receipt k
        where k.message_id = any (array[e.id]) and k.queue_id + 0 = in_queue and e.id <> all (counted)
          and (
            k.round < e.round
            or (
              k.round = e.round and k.ended_at is null
              and (k.lease_token is null or (k.lease_token = settle_receipts.token and k.lease_expires_at is not null))
            )
          )
        -- As in hold_receipts.
        offset 0
      ) as k
    ) as h
    cross join lateral millrace.receipt_after(in_queue, settle_receipts.token, h.result) as n
    -- Locked, so that nobody has moved it.
    where r.ctid = h.place
    returning r.message_id
  )
  select coalesce(array_agg(c.message_id), '{}') into others from changed c;
  return array(select r from unnest(results) as r where r.id = any (counted || others) order by r.id);
end
$$;
