-- Sends dead letters round again, up to max_count of those that fit the filter (see matching_dead_letters), newest
-- first. Answers {"matched", "redriven"}; a dry run changes nothing.
create or replace function millrace.redrive(
  filter jsonb, max_count integer default 1000, dry_run boolean default false, actor text default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  letter millrace.dead_letter;
  matched integer := 0;
begin
  for letter in
    -- In the order in which they were enqueued, so that a group's letters come back in theirs.
    select l.* from millrace.lock_dead_letters(filter, max_count) as l order by l.sequence
  loop
    matched := matched + 1;
    if not dry_run then
      perform millrace.redrive_letter(letter);
    end if;
  end loop;
  if not dry_run then
    perform millrace.audit_action(actor, 'redrive', filter, matched);
  end if;
  return json_build_object('matched', matched, 'redriven', case when dry_run then 0 else matched end);
end
$$;

revoke execute on function millrace.redrive from public;
grant execute on function millrace.redrive to millrace_operator;
