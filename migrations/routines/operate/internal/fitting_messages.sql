-- Those of the candidates that fit a filter of messages, newest first; but for "before", "after" and "idempotencyKey", which
-- say where the candidates come from. A status alone is the message's own, as messages shows it; with a queue it is the
-- delivery's in that queue. messages calls it.
create or replace function millrace.fitting_messages(filter jsonb, candidates uuid[]) returns uuid[]
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
  with span as (
    select distinct millrace.span_start(c.id) as lowest from unnest(candidates) as c(id)
  ),
  -- The members of parcels among the candidates, and others of their spans: taken together, since for each candidate by itself
  -- all parcels of its span would be read. Read only where it is needed.
  in_parcels as materialized (
    select m.id, millrace.live_status(p.available_at, p.lease_expires_at) as status
    from span s
    join millrace.parcel p on p.first_id between s.lowest and millrace.span_end(s.lowest)
    join millrace.queue q on q.id = p.queue_id
    cross join lateral unnest(p.message_ids) as m(id)
    where filter ->> 'queue' is null or q.name = filter ->> 'queue'
  )
  select array(
    select f.id
    from (select distinct c.id from unnest(candidates) as c(id)) as c
    cross join lateral (
      select m.id
      from millrace.message m
      where m.id = c.id
        and (filter ->> 'type' is null or m.type = filter ->> 'type')
        and (filter ->> 'groupKey' is null or (m.origin).group_key = filter ->> 'groupKey')
        -- 00-{32 hex digits}-{16}-{2}
        and (filter ->> 'traceId' is null or substr(m.headers ->> 'traceparent', 4, 32) = filter ->> 'traceId')
      -- Keeps the planner from asking for the status of what does not fit anyway.
      offset 0
    ) as f
    -- In one "case", which keeps this order.
    where case
      when filter ->> 'status' in ('relayed', 'done', 'cancelled', 'dead') and f.id in (select p.id from in_parcels p) then false
      -- Most of what does not fit is found out by fewer look-ups than it takes to tell where its deliveries stand.
      when not case filter ->> 'status'
        when 'relayed' then exists (select from millrace.attempts_of(f.id) as a where a.outcome = 'relayed')
        when 'done' then filter ->> 'queue' is not null
          or not exists (select from millrace.delivery d where d.message_id = f.id)
        when 'cancelled' then exists (
          select from millrace.attempt a where a.message_id = f.id and a.outcome = 'cancelled'
        )
        when 'dead' then exists (select from millrace.dead_letter l where l.message_id = f.id)
        else filter ->> 'status' is null
          or exists (
            select from millrace.delivery d
            where d.message_id = f.id and millrace.live_status(d.available_at, d.lease_expires_at) = filter ->> 'status'
          )
          or f.id in (select p.id from in_parcels p where p.status = filter ->> 'status')
      end then false
      when filter ->> 'queue' is not null then exists (
        select from millrace.deliveries_of(f.id) as s
        where s.queue = filter ->> 'queue' and (filter ->> 'status' is null or s.status = filter ->> 'status')
      )
      when filter ->> 'status' is not null then millrace.message_status(f.id) = filter ->> 'status'
      else true
    end
    order by f.id desc
  )
$$;
