-- The results of an SQS consumer without their messages, which may be large, but with what is asked of these later: each
-- {id, type, groupKey, round, spent, …}, spent being the attempts before it was sent. settle_received calls it.
create or replace function millrace.received_items(results jsonb) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(
    (r.result - 'message') || jsonb_build_object(
      'id', r.result #> '{message,id}', 'type', r.result #> '{message,type}', 'groupKey', r.result #> '{message,groupKey}',
      'round', r.result #> '{message,round}', 'spent', r.result #> '{message,attempt}'
    )
    order by r.position
  )
  from jsonb_array_elements(results) with ordinality as r(result, position)
$$;
