-- Makes what is missing of the partitions of this week and the next three; answers for how many weeks.
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
    -- Each for itself: one of the two may have given up before.
    select count(*) filter (where millrace.make_partition(parent, this_week + n * week, this_week + (n + 1) * week))
    into made
    from unnest(array['message', 'attempt']) as parent;
    weeks := weeks + least(made, 1);
  end loop;
  return weeks;
end
$$;

revoke execute on function millrace.make_coming_weeks from public;
