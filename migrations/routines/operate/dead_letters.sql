-- A page of dead letters, newest first, for operators and the HTTP API. The filter is explained in
-- matching_dead_letters; the cursor is nextCursor of the page before. A call looks at about 10,000 letters at most, see
-- end_of_search, so that a text in few of very many letters is found page by page: a page may have fewer letters than
-- asked for, or none, and still a nextCursor.
create or replace function millrace.dead_letters(
  filter jsonb default '{}', cursor jsonb default null, max_count integer default 50
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  search_end jsonb;
begin
  perform millrace.require_filter(filter, cursor);
  if not filter ? 'ids' then
    select jsonb_build_object('diedAt', e.died_at, 'messageId', e.message_id, 'queueId', e.queue_id) into search_end
    from millrace.end_of_search(filter, cursor) as e;
  end if;
  return (
    with page as (
      select l.*, q.name as queue
      from millrace.matching_dead_letters(filter, cursor, search_end, least(max_count, 1000)) as l
      join millrace.queue q on q.id = l.queue_id
    )
    select json_build_object(
      'items', coalesce(
        json_agg(
          json_build_object(
            'messageId', p.message_id, 'queue', p.queue, 'type', p.type, 'error', p.error,
            'attempts', p.attempts, 'diedAt', p.died_at,
            'fingerprint', millrace.error_fingerprint(p.queue, p.type, p.error)
          )
          order by p.died_at desc, p.message_id desc, p.queue_id desc
        ),
        '[]'
      ),
      'nextCursor', case
        when count(*) = least(max_count, 1000) then (
          select json_build_object('diedAt', l.died_at, 'messageId', l.message_id, 'queueId', l.queue_id)
          from page l
          order by l.died_at, l.message_id, l.queue_id
          limit 1
        )
        else search_end::json
      end
    )
    from page p
  );
end
$$;

comment on function millrace.dead_letters is
  'Lists dead letters, newest first. filter: {"ids", "queue", "type", "before", "after", "error", '
  '"fingerprint"}, of which an absent key fits all; cursor: nextCursor of the page before; max_count: at most 1000 a page. '
  'Answers {"items": [{messageId, queue, type, error, attempts, diedAt, fingerprint}], "nextCursor"}, which is null after the last page. A call looks '
  'at some 10000 letters, so a page may have few items, or none, and more may follow. Errors: MR002 unfit filter.';
grant execute on function millrace.dead_letters to millrace_operator;
