-- A page of the audit table, newest first: what operators did, of all of them or of one actor, all actions or one. For operators
-- and the HTTP API. No index serves the actor and the action, so a call looks at 10,000 lines at most: when few of very many
-- fit, a page has few lines, or none, and still a nextCursor.
create or replace function millrace.audit_lines(
  actor text default null, action text default null, cursor bigint default null, max_count integer default 50
) returns json
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- The time zone is fixed for the reason that stands in enqueue_at_any_depth.
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  looks constant integer := 10000;
  most constant integer := least(max_count, 200);
  before constant bigint := coalesce(cursor, 9223372036854775807);
  items json;
  found_lines integer;
  last bigint;
begin
  select coalesce(
    json_agg(
      json_build_object(
        'id', l.id::text, 'at', l.at, 'actor', l.actor, 'sessionRole', l.session_role, 'action', l.action,
        'target', l.target, 'affected', l.affected
      )
      order by l.id desc
    ), '[]'
  ), count(*), min(l.id)
  into items, found_lines, last
  from (
    select a.*
    -- The bound on what is looked at stands inside, and is reached only when the page does not fill up before.
    from (select w.* from millrace.audit w where w.id < before order by w.id desc limit looks) as a
    where (audit_lines.actor is null or a.actor = audit_lines.actor)
      and (audit_lines.action is null or a.action = audit_lines.action)
    order by a.id desc
    limit most
  ) as l;

  if found_lines < most then
    -- The primary key alone answers this.
    last := (select w.id from millrace.audit w where w.id < before order by w.id desc offset looks - 1 limit 1);
  end if;
  return json_build_object('items', items, 'nextCursor', last::text);
end
$$;

comment on function millrace.audit_lines is
  'Lists what operators did, newest first: {"items": [{id, at, actor, sessionRole, action, target, affected}], '
  '"nextCursor"}, which is null after the last page. actor, action: only lines of these; cursor: nextCursor of the page '
  'before; max_count: at most 200 a page. A call looks at 10000 lines, so a page may have few items, or none, and more '
  'may follow.';
grant execute on function millrace.audit_lines to millrace_operator;
