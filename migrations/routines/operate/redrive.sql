-- Sends dead letters round again with all their attempts before them: up to max_count (at most 10,000) of those that
-- fit the filter, which matching_dead_letters explains, the newest first. Operators call it, and the HTTP API for them.
-- A dry run changes nothing and leaves no line in the audit table.
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
    -- In the order in which they were enqueued, so that the letters of a group come back in its order.
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

comment on function millrace.redrive is
  'Sends dead letters round again with all their attempts before them, newest first. filter: {"ids", "queue", '
  '"type", "before", "after", "error"}, of which an absent key fits all; max_count: at most 10000; dry_run: only '
  'count. actor: who does it, for the audit table; the session''s user when null. Answers {"matched", "redriven"}. '
  'Errors: MR002 unfit filter, MR005 a letter is in a group and the transaction above read committed.';
grant execute on function millrace.redrive to millrace_operator;
