-- Where messages with a group, or with an idempotency key of the HTTP API while the deployment grows, belong: one row for each of
-- them that does not simply belong here. database: which; asked: whether that one has to store it, since who decides has been asked.
-- database is null when only the order of what waits here already counts: it is forwarded behind that. is_decided_here: since it was
-- at home here before the growth, so that what waits here of its group keeps its order with all that comes. is_busy: somebody else
-- decides on the group at this moment.
-- A group is decided on by the database that it was at home in before the growth, for as long as that lasts. There it goes on
-- while it lives, and once it is let go it never comes back: so it never lives in two. are_forwards: they wait here themselves, first
-- in their groups. store_placed and keep_forward ask, after is_spread.
create or replace function millrace.where_members_belong(messages jsonb, are_forwards boolean default false)
returns table ("position" bigint, database smallint, asked boolean, is_decided_here boolean, is_busy boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  here constant millrace.placement := (select p from millrace.placement p);
  elsewhere constant smallint := millrace.elsewhere();
  -- Who may wait longer, since it cannot be forwarded.
  is_refusing constant boolean := messages @? '$[*].place';
  decided text[];
  held text[] := '{}';
  -- Groups of which something waits here to be sent on, and of which something does that an HTTP function has left.
  behind text[] := '{}';
  behind_http text[] := '{}';
  living text[] := '{}';
begin
  decided := array(
    select distinct m."groupKey"
    from jsonb_to_recordset(messages) as m("groupKey" text)
    where m."groupKey" is not null
      and millrace.home(m."groupKey", here.before) = here.number
      and millrace.home(m."groupKey", here.databases) <> here.number
  );
  if decided <> '{}' then
    -- Until the transaction ends, nobody else decides on these groups. Of two producers, one of which finds that the group lives
    -- here and adds to it while its last member ends, the other would not see that, and be sent on.
    held := millrace.hold_groups(elsewhere, decided, case when is_refusing then 1000 else 100 end);
    -- In statements of their own, which see what the holders before have committed.
    behind := array(
      select g from unnest(decided) as g where not are_forwards and exists (select from millrace.forwards_of(g))
    );
    behind_http := array(
      select g
      from unnest(behind) as g
      where exists (
        select from millrace.forwards_of(g) as w
        join millrace.forward f on f.message_id = w.message_id and f.options ? 'isOfHttp'
      )
    );
    living := array(select g from unnest(held) as g where millrace.lives_here(g));
  end if;
  return query
    with homes as (
      select m.position, m.group_key, m.asked, m.is_placed,
        millrace.home(m.subject, here.databases)::smallint as now, millrace.home(m.subject, here.before)::smallint as before
      from (
        select e.position, e.group_key, e.place is not null as is_placed, coalesce((e.place ->> 'asked')::boolean, false) as asked,
          case
            when e.group_key is not null then e.group_key
            when e.place is not null and here.before is not null then e.key
          end as subject
        from rows from (
          jsonb_to_recordset(messages) as ("groupKey" text, "idempotencyKey" text, place jsonb)
        ) with ordinality as e(group_key, key, place, position)
      ) as m
      where m.subject is not null
    ),
    judged as (
      select h.*, h.before = here.number and h.now <> here.number as is_decided_here,
        -- What HTTP has acknowledged keeps its order. Others could come before it at any time by another database, and the end of a
        -- growth need not wait for a moment without any.
        h.group_key = any (case when h.is_placed then behind_http else behind end) as is_behind, h.group_key = any (living) as is_living,
        h.group_key is not null and h.group_key <> all (held) as is_not_held
      from homes h
    )
    select j.position,
      case
        when j.is_decided_here and coalesce(j.is_behind, false) then null
        when j.is_decided_here or j.before is null then j.now
        else j.before
      end,
      j.is_decided_here or j.before is null,
      coalesce(j.is_decided_here, false),
      j.is_decided_here and coalesce(j.is_not_held and not j.is_behind, false)
    from judged j
    where not (j.now = here.number and (j.before is null or j.before = here.number or j.asked))
      and not (j.is_decided_here and coalesce(j.is_living and not j.is_behind, false));
end
$$;
