-- Gives dead letters up for good, up to max_count of those that fit the filter (see matching_dead_letters), newest
-- first. The message and its attempts are kept. Answers {"matched", "discarded"}; a dry run changes nothing.
create or replace function millrace.discard(
  filter jsonb, max_count integer default 1000, dry_run boolean default false, actor text default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  letter millrace.dead_letter;
  matched integer := 0;
begin
  for letter in select l.* from millrace.lock_dead_letters(filter, max_count) as l order by l.sequence loop
    matched := matched + 1;
    if not dry_run then
      perform millrace.discard_letter(letter);
    end if;
  end loop;
  if not dry_run then
    perform millrace.audit_action(actor, 'discard', filter, matched);
  end if;
  return json_build_object('matched', matched, 'discarded', case when dry_run then 0 else matched end);
end
$$;

revoke execute on function millrace.discard from public;
grant execute on function millrace.discard to millrace_operator;
