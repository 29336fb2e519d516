-- Says that a drain looks no more after its next survey; enqueues after this call wake another consumer. When it has
-- answered, whatever was enqueued on the word of this drain is committed, and that survey sees it. The consumer calls it
-- when it has found nothing for a while. When another drain has taken over, nothing changes.
create or replace function millrace.give_up_cover(drain uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Alone: it waits for the enqueues that have been told that this drain will look. They last for milliseconds; one that
  -- hangs is not waited for, and its message is for the next tick or wake-up.
  perform set_config('lock_timeout', '1s', true);
  begin
    perform pg_advisory_xact_lock(millrace.cover_lock());
  exception
    when lock_not_available then null;
  end;
  update millrace.wake_up set covered_until = '-infinity' where covered_by = drain;
end
$$;

comment on function millrace.give_up_cover is
  'Says that a drain looks no more after its next survey. drain: as in take_cover. Waits up to a second for enqueues under '
  'way.';
grant execute on function millrace.give_up_cover to millrace_consumer;
