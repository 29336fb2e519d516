-- When a delivery began to wait for code that knows it, without having come to anything else since; null when it does
-- not wait. An attempt that expired meanwhile changes nothing: its consumer may have known no more. Nor does it that the delivery was
-- relayed once more. unknown_outcome calls it.
create or replace function millrace.waiting_for_code_since(in_queue smallint, id uuid) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with finished as materialized (
    select a.finished_at, a.outcome, a.outcome = 'snooze' and a.error ->> 'name' = 'NotKnownYet' as is_wait
    from millrace.attempts_of(waiting_for_code_since.id) as a
    where a.queue_id = in_queue
  )
  select min(f.finished_at)
  from finished f
  where f.is_wait
    and not exists (
      select from finished later
      where later.finished_at > f.finished_at and later.outcome not in ('expired', 'relayed') and later.is_wait is not true
    )
$$;
