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
    where case
      when filter ->> 'queue' is not null then exists (
        select from millrace.delivery_status s
        where s.message_id = f.id and s.queue = filter ->> 'queue'
          and (filter ->> 'status' is null or s.status = filter ->> 'status')
      )
      when filter ->> 'status' is null then true
      -- Most of what does not fit is found out by fewer look-ups than the message's status takes.
      when case filter ->> 'status'
        when 'done' then not exists (select from millrace.delivery d where d.message_id = f.id)
          and not exists (
            select from millrace.parcel p
            where p.first_id between millrace.span_start(f.id) and millrace.span_end(f.id) and f.id = any (p.message_ids)
          )
        else exists (
          select from millrace.delivery_status s where s.message_id = f.id and s.status = filter ->> 'status'
        )
      end then millrace.message_status(f.id) = filter ->> 'status'
      else false
    end
    order by f.id desc
  )
$$;
