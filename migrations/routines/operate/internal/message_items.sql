-- Messages as a list shows them, without payloads, newest first. messages calls it.
create or replace function millrace.message_items(ids uuid[]) returns json
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
  select coalesce(
    json_agg(
      json_build_object(
        'id', m.id,
        'type', m.type,
        'createdAt', m.created_at,
        'groupKey', (m.origin).group_key,
        'causedBy', (m.origin).caused_by,
        -- Without deliveries, see message_status.
        'status', coalesce(d.status, 'done'),
        'deliveries', coalesce(d.deliveries, '[]')
      )
      order by m.id desc
    ),
    '[]'
  )
  from unnest(ids) as i(id)
  cross join lateral (
    select m.id, m.type, m.created_at, m.origin
    from millrace.message m
    where m.id = i.id
    offset 0
  ) as m
  cross join lateral (
    select (array_agg(s.status order by millrace.status_rank(s.status)))[1] as status,
      json_agg(
        json_build_object(
          'queue', s.queue,
          'status', s.status,
          'attempt', s.attempt,
          'availableAt', s.available_at,
          'finishedAt', s.finished_at
        )
        order by s.queue
      ) as deliveries
    from millrace.deliveries_of(m.id) as s
  ) as d
$$;
