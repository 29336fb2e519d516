-- Dead letters by what killed them, see error_fingerprint, for operators and the HTTP API: the most frequent first. A call
-- looks at the newest 10,000 letters at most, of the queue that the filter names or of all that have some, see
-- end_of_search, and shows at most 100 groups.
create or replace function millrace.dead_letter_groups(filter jsonb default '{}') returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  search_end record;
begin
  perform millrace.require_filter_keys(filter, array['queue', 'type', 'before', 'after', 'error', 'fingerprint']);
  perform millrace.require_filter(filter);
  select e.died_at, e.message_id, e.queue_id into search_end from millrace.end_of_search(filter, null) as e;
  return (
    with looked as materialized (
      select l.*
      from millrace.queue q
      cross join lateral (
        select l.queue_id, l.message_id, l.type, l.died_at,
          -- Null for what does not fit.
          case
            when millrace.fits_filter(l, q.name, filter) then millrace.error_fingerprint(q.name, l.type, l.error)
          end as fingerprint
        from millrace.dead_letter l
        where l.queue_id = q.id
          and l.died_at < coalesce((filter ->> 'before')::timestamptz, 'infinity')
          and l.died_at >= coalesce((filter ->> 'after')::timestamptz, '-infinity')
          and (l.died_at, l.message_id, l.queue_id) >= (
            coalesce(search_end.died_at, '-infinity'),
            coalesce(search_end.message_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(search_end.queue_id, 0::smallint)
          )
        offset 0
      ) as l
      where filter ->> 'queue' is null or q.name = filter ->> 'queue'
    ),
    groups as (
      select l.fingerprint, l.queue_id, l.type, count(*) as letters, min(l.died_at) as oldest_at,
        max(l.died_at) as newest_at,
        (array_agg(l.message_id order by l.died_at desc, l.message_id desc))[1] as newest_id
      from looked l
      where l.fingerprint is not null
      group by l.fingerprint, l.queue_id, l.type
      order by letters desc, newest_at desc, l.fingerprint
      limit 100
    )
    select json_build_object(
      'items', coalesce(
        json_agg(
          json_build_object(
            'fingerprint', g.fingerprint, 'queue', q.name, 'type', g.type, 'error', l.error, 'count', g.letters,
            'oldestAt', g.oldest_at, 'newestAt', g.newest_at
          )
          order by g.letters desc, g.newest_at desc, g.fingerprint
        ),
        '[]'
      ),
      'counted', (select count(*) from looked),
      'more', search_end.died_at is not null
    )
    from groups g
    join millrace.queue q on q.id = g.queue_id
    -- Served by the primary key alone; see 0004_delivery.sql.
    join millrace.dead_letter l on l.message_id = any (array[g.newest_id]) and l.queue_id + 0 = g.queue_id
  );
end
$$;

comment on function millrace.dead_letter_groups is
  'Groups dead letters by what killed them, most frequent first: those of a queue and a type whose errors have the same name '
  'and message but for numbers, uuids and quoted texts. filter: as for dead_letters, without ids. Answers {"items": [{fingerprint, '
  'queue, type, error, count, oldestAt, newestAt}], "counted", "more"}, error being the newest letter''s. A call looks at '
  'the newest 10000 letters, counted says at how many, and more whether there are older ones; of groups, the first 100 are '
  'shown. Errors: MR002 unfit filter.';
grant execute on function millrace.dead_letter_groups to millrace_operator;
