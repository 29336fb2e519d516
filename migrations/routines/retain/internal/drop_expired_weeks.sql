-- Drops every week of messages and attempts in which nothing is to be kept any more; answers how many weeks. Dropping a
-- partition costs the same however many rows it holds. A week in which a type with a longer retention has messages
-- stays, and erase_expired takes the others out of it. maintain calls it.
create or replace function millrace.drop_expired_weeks() returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  week constant interval := interval '7 days';
  dropped integer := 0;
  starts timestamptz;
begin
  for starts in select w from millrace.message_weeks() as w order by w loop
    if not millrace.is_kept(starts, starts + week) and millrace.drop_partition(starts, starts + week) then
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end
$$;
