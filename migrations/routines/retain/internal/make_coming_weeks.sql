-- Makes what is missing of the partitions of this week and the next three, for messages and attempts; answers for how
-- many weeks. Weeks ahead, so that no insert ever finds its partition missing although maintenance gave up a few times. And
-- what attempts lack of the weeks in which messages lie, as all do after the release that brings done_attempts: what stayed
-- in a default partition would not go with its week. maintain calls it.
create or replace function millrace.make_coming_weeks() returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  week constant interval := interval '7 days';
  this_week constant timestamptz := date_trunc('week', statement_timestamp(), 'UTC');
  weeks integer := 0;
  starts timestamptz;
  made integer;
begin
  for starts in
    select this_week + n * week from generate_series(0, 3) as n
    union
    select w from millrace.message_weeks() as w
    order by 1
  loop
    -- Each table is tried separately: one of them may have given up at an earlier maintenance. Attempts come first, as in
    -- settle_and_claim, which logs attempts before it reads messages, those that are simply done before all others: the
    -- other way round each would hold what the other waits for.
    select count(*) filter (where millrace.make_partition(parent, starts, starts + week))
    into made
    from unnest(array['done_attempts', 'attempt', 'step', 'message', 'event']) as parent;
    weeks := weeks + least(made, 1);
  end loop;
  return weeks;
end
$$;
