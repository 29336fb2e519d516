-- Gives dead letters up for good: a portion of those that fit the filter, which matching_dead_letters explains, up to
-- max_count (at most 10,000), queue by queue, in each the oldest first. The messages and their attempts are kept, and a
-- replay can still bring them back. Groups that waited for a letter go on. Operators call it, and the HTTP API for them,
-- again and again while the answer says that there is more, with its nextCursor as the cursor: a call looks at some 20,000
-- letters, takes about a second at most, and begins with the oldest when it has no cursor. A dry run counts up to max_count,
-- changes nothing and leaves no line in the audit table.
create or replace function millrace.discard(
  filter jsonb, max_count integer default 1000, dry_run boolean default false, actor text default null,
  cursor jsonb default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  letters record;
begin
  select a.* into letters
  from millrace.act_on_letters('discard', filter, max_count, dry_run, actor, cursor) as a;
  return json_build_object(
    'matched', letters.matched, 'discarded', case when dry_run then 0 else letters.matched end, 'more', letters.has_more,
    'nextCursor', letters.next_cursor
  );
end
$$;

comment on function millrace.discard is
  'Gives dead letters up for good, queue by queue, in each the oldest first; their messages are kept. filter: {"ids", '
  '"queue", "type", "before", "after", "error", "fingerprint"}, of which an absent key fits all; max_count: at most 10000 '
  'a call, and fewer where a second is too short for them; dry_run: only count, as far as max_count. actor: who does it, for '
  'the audit table; the session''s user when null. cursor: nextCursor of the answer before. Answers {"matched", '
  '"discarded", "more", "nextCursor"}: call again while there is more. Errors: MR002 unfit filter, MR005 a letter is in a '
  'group and the transaction above read committed.';
grant execute on function millrace.discard to millrace_operator;
