-- Cancels the deliveries of messages that nobody is processing and answers the queue of each. cancel calls it,
-- and replace_waiting for debounced messages. with_suspects: also those whose lease ran out, which an operator may end.
-- Otherwise nobody could, when their queue has been taken out of the code or is paused for good. A producer that
-- debounces may not, because the handler may still be at work and settle late.
create or replace function millrace.cancel_waiting(ids uuid[], with_suspects boolean default false) returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  gone record;
  queues text[] := '{}';
begin
  perform millrace.part_with(ids);
  for gone in
    with waiting as (
      select d.ctid as place
      from millrace.delivery d
      where d.message_id = any (ids)
        and (d.lease_expires_at is null or (with_suspects and d.lease_expires_at <= statement_timestamp()))
      -- A locked row is being claimed, settled or unblocked, and passed over: it is no longer waiting.
      for update skip locked
    ),
    cancelled as (
      delete from millrace.delivery d using waiting w where d.ctid = w.place
      returning d as gone, d.queue_id, d.group_key, d.fairness_key
    ),
    logged as (
      insert into millrace.attempt
      select a.* from cancelled c cross join lateral millrace.cancelled_attempts(c.gone) as a
    )
    select q.id, array_agg(q.name) as names, array_agg(distinct c.group_key) filter (where c.group_key is not null) as group_keys,
      array_agg(distinct c.fairness_key) filter (where c.fairness_key is not null) as keys
    from cancelled c
    join millrace.queue q on q.id = c.queue_id
    group by q.id
    order by q.id
  loop
    queues := queues || gone.names;
    if gone.group_keys is not null then
      perform millrace.restart_groups(gone.id, gone.group_keys);
    end if;
    -- What a producer replaces may hold its key's row until his transaction ends, for which settles would wait. What comes in its
    -- place lets its key go on when it is claimed.
    if with_suspects and gone.keys is not null then
      perform millrace.seat_next(q, gone.keys)
      from millrace.queue q
      where q.id = gone.id and num_nonnulls(q.max_in_flight_per_key, q.rate_per_key_starts) > 0;
    end if;
  end loop;
  return queues;
end
$$;
