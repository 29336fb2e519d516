-- Redrives or discards the dead letters that fit a filter, up to max_count (at most 10,000), and leaves a line in the audit
-- table; a dry run counts them only. Answers how many they were, whether more of them may fit, and behind which letter the
-- next call begins, as lock_dead_letters does. action: redrive or discard, whose routines call it.
-- It works in steps, each of twice as many letters as the one before, and takes no new one after half a second: the whole is
-- then a second or so. The HTTP API gives a statement four, and how many letters that is enough for depends on the machine, its
-- disk and the letters' groups. So a call ends in time on a slow machine, too, with fewer letters than it was asked for, and
-- says that there are more.
create or replace function millrace.act_on_letters(
  action text, filter jsonb, max_count integer, dry_run boolean, actor text, cursor jsonb,
  out matched integer, out has_more boolean, out next_cursor jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  most constant integer := greatest(0, least(max_count, 10000));
  -- Not the statement's time: one statement may make several calls.
  ends_at constant timestamptz := clock_timestamp() + interval '0.5 seconds';
  step integer := 500;
  letter record;
begin
  matched := 0;
  next_cursor := cursor;
  loop
    step := case when dry_run then most else least(step, most - matched) end;
    select l.* into letter from millrace.lock_dead_letters(filter, step, next_cursor) as l;
    if not dry_run and action = 'redrive' then
      perform millrace.begin_rounds_of(letter.places);
      perform millrace.redrive_letters(letter.places);
    elsif not dry_run then
      perform millrace.discard_letters(letter.places);
    end if;
    matched := matched + cardinality(letter.places);
    has_more := letter.has_more;
    next_cursor := letter.next_cursor;
    -- A step that is not full has looked at as many letters as a call may.
    exit when not has_more or matched = most or cardinality(letter.places) < step or clock_timestamp() >= ends_at;
    step := step * 2;
  end loop;
  if not dry_run then
    perform millrace.audit_action(actor, action, filter, matched);
  end if;
end
$$;
