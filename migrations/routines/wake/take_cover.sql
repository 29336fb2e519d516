-- Says that a drain will look for what is committed from now on, so that no enqueue wakes another consumer. The consumer
-- calls it when it begins, where enqueues wake it. for_ms: how long the drain can last at most; when it dies without a
-- word, it is believed no longer than that.
create or replace function millrace.take_cover(drain uuid, for_ms integer) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  update millrace.wake_up
  set covered_by = drain, covered_until = clock_timestamp() + make_interval(secs => for_ms / 1000.0)
$$;

comment on function millrace.take_cover is
  'Says that a drain will look for what is committed from now on. drain: a uuid of its own; for_ms: for how many '
  'milliseconds it may last.';
grant execute on function millrace.take_cover to millrace_consumer;
