-- Sorts what a settle did not match: ended before by the very same token, or stale. What died in the call that this
-- one repeats is named again, since nobody has heard of it.
create or replace function millrace.settle_report(
  lane_id smallint, results jsonb, settled bigint[], dead uuid[]
) returns json
language sql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
  select json_build_object(
    'settled', count(*) filter (where r.is_settled),
    'repeated', count(*) filter (where not r.is_settled and r.is_repeated),
    'dead', to_json(
      settle_report.dead || coalesce(array_agg(r.id) filter (where not r.is_settled and r.has_died), '{}')
    ),
    'stale', coalesce(json_agg(r.id) filter (where not r.is_settled and not r.is_repeated), '[]')
  )
  from (
    select r.id, r.position = any (settled) as is_settled,
      exists (
        select from millrace.attempt a
        where a.message_id = r.id and a.queue_id = lane_id and a.lease_token = r.token and a.outcome = 'dead'
      ) as has_died,
      exists (
        select from millrace.attempt a
        where a.message_id = r.id and a.queue_id = lane_id and a.lease_token = r.token and a.outcome <> 'expired'
      )
      or exists (
        select from millrace.delivery d
        -- Written so that only the primary key serves it, row by row; see the table.
        where d.message_id = any (array[r.id]) and d.queue_id + 0 = lane_id and d.lease_token = r.token
          and d.lease_expires_at is null
      ) as is_repeated
    from rows from (
      jsonb_to_recordset(results) as (id uuid, token uuid)
    ) with ordinality as r(id, token, position)
  ) as r
$$;

revoke execute on function millrace.settle_report from public;
