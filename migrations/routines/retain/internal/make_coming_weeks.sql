-- Makes what is missing of the partitions of this week and the next three, for messages and attempts; answers for how
-- many weeks. Weeks ahead, so that no insert ever finds its partition missing although maintenance gave up a few times.
-- maintain calls it.
create or replace function millrace.make_coming_weeks() returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  week constant interval := interval '7 days';
  this_week constant timestamptz := date_trunc('week', statement_timestamp(), 'UTC');
  weeks integer := 0;
  made integer;
begin
  for n in 0..3 loop
    -- message and attempt are tried separately: one of the two may have given up at an earlier maintenance. Attempts
    -- come first, as in settle_and_claim, which logs attempts before it reads messages: the other way round each would
    -- hold what the other waits for.
    select count(*) filter (where millrace.make_partition(parent, this_week + n * week, this_week + (n + 1) * week))
    into made
    from unnest(array['attempt', 'message']) as parent;
    weeks := weeks + least(made, 1);
  end loop;
  return weeks;
end
$$;
