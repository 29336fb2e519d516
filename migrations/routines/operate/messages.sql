-- A page of messages, newest first by their ids, for operators and the HTTP API; without payloads. The cursor is nextCursor of
-- the page before. Whatever the filter, a call looks at about 10,000 rows at most: it takes messages from what the filter
-- leaves few of, or walks them, portion by portion, until the page is full. So a page may have few messages, or none, and
-- still a nextCursor.
create or replace function millrace.messages(
  filter jsonb default '{}', cursor jsonb default null, max_count integer default 50
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
as $$
declare
  most constant integer := greatest(1, least(max_count, 1000));
  lowest uuid;
  beyond uuid;
  few uuid[];
  candidates uuid[];
  ids uuid[] := '{}';
  looks_left integer := 10000;
  -- Enough for a page of a frequent filter. The portions after it grow, so that a rare one takes few.
  looks integer := 2 * most;
begin
  perform millrace.require_message_filter(filter, cursor);
  -- Ids of before 1970 are none.
  lowest := millrace.uuid_floor(greatest('epoch', (filter ->> 'after')::timestamptz));
  beyond := least(
    case
      when filter ->> 'before' is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
      else millrace.uuid_floor(greatest('epoch', (filter ->> 'before')::timestamptz))
    end,
    (cursor ->> 'id')::uuid
  );
  few := millrace.few_messages(filter, lowest, beyond);
  loop
    candidates := coalesce(few[1:looks], millrace.walked_messages(filter ->> 'status', lowest, beyond, looks));
    few := few[looks + 1:];
    ids := ids || millrace.fitting_messages(filter, candidates);
    -- Where the next portion begins; null when there is nothing behind this one.
    beyond := candidates[looks];
    looks_left := looks_left - looks;
    exit when beyond is null or looks_left <= 0 or cardinality(ids) >= most;
    looks := least(5 * looks, looks_left);
  end loop;
  if cardinality(ids) > most then
    beyond := ids[most];
  end if;
  return json_build_object(
    'items', millrace.message_items(ids[1:most]),
    'nextCursor', case when beyond is not null then json_build_object('id', beyond) end,
    'searchedTo', case when cardinality(ids) < most then millrace.uuid_instant(beyond) end
  );
end
$$;

comment on function millrace.messages is
  'Lists messages, newest first by their ids, without payloads. filter: {"type", "queue", "status", "before", "after", '
  '"groupKey", "traceId", "idempotencyKey"}, of which an absent key fits all; a status alone is the message''s, and with a '
  'queue the delivery''s in it; before and after are about the time in the id. cursor: nextCursor of the page before; '
  'max_count: 1 to 1000 a page. Answers {"items": [{id, type, createdAt, groupKey, causedBy, status, deliveries: [{queue, '
  'status, attempt, availableAt, finishedAt}]}], "nextCursor", "searchedTo"}; nextCursor is null after the last page. A call '
  'looks at some 10000 rows, so a page may have few items, or none, and more may follow: searchedTo is how far it has '
  'looked then. Errors: MR002 unfit filter.';
grant execute on function millrace.messages to millrace_operator;
