-- How a message came about and what came of it: its causes back to the first one, itself, and its follow-ups level by level
-- down to the last. At most 50 causes, the nearest, and 200 messages in all. For operators and the HTTP API.
create or replace function millrace.chain(id uuid) returns json
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  most_causes constant integer := 50;
  most constant integer := 200;
  ids uuid[] := '{}';
  level uuid[] := array[id];
  next_id uuid := id;
  cause uuid;
  has_more boolean := false;
begin
  while next_id is not null loop
    select (m.origin).caused_by into cause from millrace.message m where m.id = next_id;
    -- The retention of a cause may have ended.
    exit when not found;
    has_more := cardinality(ids) > most_causes;
    exit when has_more;
    ids := next_id || ids;
    next_id := cause;
  end loop;
  if ids = '{}' then
    return null;
  end if;
  while cardinality(level) > 0 and cardinality(ids) <= most loop
    level := array(
      select f.id
      from unnest(level) with ordinality as c(id, position)
      cross join lateral (
        select m.id
        from millrace.message m
        where (m.origin).caused_by = c.id
        -- As message_by_cause has them.
        order by m.id
        limit most + 1 - cardinality(ids)
      ) as f
      order by c.position, f.id
      limit most + 1 - cardinality(ids)
    );
    ids := ids || level;
  end loop;
  return (
    select json_build_object(
      'items', json_agg(
        json_build_object(
          'id', m.id,
          'type', m.type,
          'createdAt', m.created_at,
          'causedBy', (m.origin).caused_by,
          'status', millrace.message_status(m.id)
        )
        order by i.position
      ),
      'more', has_more or cardinality(ids) > most
    )
    from unnest(ids[1:most]) with ordinality as i(id, position)
    cross join lateral (
      select m.id, m.type, m.created_at, m.origin
      from millrace.message m
      where m.id = i.id
      offset 0
    ) as m
  );
end
$$;

comment on function millrace.chain is
  'Shows what caused a message and what it has caused, by follow-ups of handlers: its causes back to the first one (at most '
  '50), itself, and its follow-ups, theirs after them, at most 200 messages in all. Answers {"items": [{id, type, '
  'createdAt, causedBy, status}], "more"}, more being whether there are others; null when no such message is kept.';
grant execute on function millrace.chain to millrace_operator;
