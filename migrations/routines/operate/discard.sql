-- Gives dead letters up for good, newest first: up to max_count (at most 10,000) of those that fit the filter, which
-- matching_dead_letters explains. The messages and their attempts are kept, and a replay can still bring them back.
-- Groups that waited for a letter go on. Operators call it, and the HTTP API for them. A dry run changes nothing and
-- leaves no line in the audit table.
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

comment on function millrace.discard is
  'Gives dead letters up for good, newest first; their messages are kept. filter: {"ids", "queue", "type", '
  '"before", "after", "error"}, of which an absent key fits all; max_count: at most 10000; dry_run: only count. '
  'actor: who does it, for the audit table; the session''s user when null. Answers {"matched", "discarded"}. Errors: '
  'MR002 unfit filter, MR005 a letter is in a group and the transaction above read committed.';
grant execute on function millrace.discard to millrace_operator;
