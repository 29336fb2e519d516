-- Tells of forwards that the caller has claimed in the queue "elsewhere" what to send, and where: for the relaying consumer, which
-- enqueues the message there by enqueue_forwarded, with the same id. The database is the one to begin with; it
-- refuses with MR013 when it is another one's turn.
create or replace function millrace.forwards(token uuid, ids uuid[]) returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select coalesce(json_agg(
    case when d.message_id is not null then json_build_object(
      'id', i.id,
      -- Of what has neither a group nor a key, which only an operator can have sent into this queue, there is no home.
      'database', coalesce(
        millrace.home(coalesce((m.origin).group_key, f.options ->> 'idempotencyKey'), coalesce(p.before, p.databases)), p.number
      ),
      'asked', p.before is null,
      'caller', k.owner,
      'message', json_strip_nulls(json_build_object(
        'id', i.id, 'type', m.type, 'version', m.version, 'priority', d.priority,
        'groupKey', (m.origin).group_key, 'causedBy', (m.origin).caused_by,
        'fairnessKey', f.options ->> 'fairnessKey',
        'scheduledAt', f.options ->> 'scheduledAt',
        -- An option of its own again, since the headers are bounded without it.
        'headers', nullif(m.headers - 'traceparent', '{}'), 'traceparent', m.headers ->> 'traceparent',
        'idempotencyKey', case when k.owner is not null then f.options ->> 'idempotencyKey' end,
        'idempotencySeconds', case
          when k.owner is not null then greatest(1, ceil(extract(epoch from k.expires_at - statement_timestamp())))
        end,
        'replace', case when k.owner is not null then f.options -> 'replace' end
      ))::jsonb || jsonb_build_object('payload', m.payload)
    ) end
    order by i.position
  ), '[]')
  from unnest(ids) with ordinality as i(id, position)
  cross join millrace.placement p
  -- Served by the primary key alone; settle_done explains this form.
  left join millrace.delivery d on d.message_id = any (array[i.id]) and d.queue_id + 0 = millrace.elsewhere()
    and d.lease_token = token and d.lease_expires_at is not null
  left join millrace.message m on m.id = d.message_id
  left join millrace.forward f on f.message_id = d.message_id
  -- The key goes along while it stands for this message.
  left join millrace.idempotency_key k on k.key = f.options ->> 'idempotencyKey' and k.type = m.type
    and k.owner ~ '^(key|jwt|iam):' and k.message_id = m.id and k.expires_at > statement_timestamp()
$$;

comment on function millrace.forwards is
  'Tells of claimed deliveries of the queue elsewhere what to send, and to which database first: [{id, database, asked, caller, '
  'message}] in the order of ids, null for one that the token does not hold. message, caller and asked are for '
  'enqueue_forwarded there. A database that is this one keeps it by keep_forward.';
grant execute on function millrace.forwards to millrace_consumer;
