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
      -- Most of what does not fit is found out by fewer look-ups than it takes to tell where its deliveries stand.
      when not case filter ->> 'status'
        when 'done' then filter ->> 'queue' is not null
          or not exists (select from millrace.delivery d where d.message_id = f.id)
          and not exists (
            select from millrace.parcel p
            where p.first_id between millrace.span_start(f.id) and millrace.span_end(f.id) and f.id = any (p.message_ids)
          )
        when 'cancelled' then exists (
          select from millrace.attempt a where a.message_id = f.id and a.outcome = 'cancelled'
        )
        when 'dead' then exists (select from millrace.dead_letter l where l.message_id = f.id)
        else filter ->> 'status' is null
          or exists (
            select from millrace.delivery d
            where d.message_id = f.id and millrace.live_status(d.available_at, d.lease_expires_at) = filter ->> 'status'
          )
          or exists (
            select from millrace.parcel p
            where p.first_id between millrace.span_start(f.id) and millrace.span_end(f.id)
              and f.id = any (p.message_ids)
              and millrace.live_status(p.available_at, p.lease_expires_at) = filter ->> 'status'
          )
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
