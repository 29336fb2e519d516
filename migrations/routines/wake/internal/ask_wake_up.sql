-- Whether the calling transaction is to wake a consumer for what it has stored. False when somebody will look after its
-- commit anyway: a wake-up is on its way, or a drain is under way. It waits for nobody. enqueue_to_wake calls it.
-- A drain that ends takes the same lock alone; see give_up_cover. So either this transaction learns that the drain has
-- given up, or the drain waits for this transaction's end and looks once more.
create or replace function millrace.ask_wake_up() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A drain is giving up at this moment.
  if not pg_try_advisory_xact_lock_shared(millrace.cover_lock()) then
    return true;
  end if;
  update millrace.wake_up w
  -- By then the wake-up has come, or it is lost and the next enqueue asks for another.
  set covered_until = clock_timestamp() + interval '2 seconds', covered_by = null
  from (
    select u.only_row
    from millrace.wake_up u
    where u.covered_until <= clock_timestamp()
    -- Whoever has the row is asking for a wake-up at this moment.
    for update skip locked
  ) as uncovered
  where w.only_row = uncovered.only_row;
  return found;
end
$$;
