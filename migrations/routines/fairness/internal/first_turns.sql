-- The turns that new messages take in the queues that are fair, one after the other behind the last of their key. They are given in
-- their order as arrays of equal length, with no key that is null. What is not due yet has its key and no turn: it gets that when its time
-- has come; see seat_arrivals. Nothing for queues that are not fair, which have no use for keys. store_messages calls it.
create or replace function millrace.first_turns(ids uuid[], types text[], levels smallint[], keys text[], are_due boolean[])
returns table (id uuid, queue_id smallint, fairness_key text, turn timestamptz)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in claim_fresh: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
    with new as materialized (
      select q.id as queue_id, m.*
      from unnest(ids, types, levels, keys, are_due) with ordinality as m(id, type, level, key, is_due, position)
      join millrace.subscription s on s.type = m.type
      join millrace.queue q on q.id = s.queue_id and q.is_fair
    ),
    last as materialized (
      select k.queue_id, t.*
      from (
        select k.queue_id, array_agg(k.level) as levels, array_agg(k.key) as keys
        from (select distinct n.queue_id, n.level, n.key from new n) as k
        group by k.queue_id
      ) as k
      cross join lateral millrace.last_turns(k.queue_id, k.levels, k.keys) as t
    )
    select n.id, n.queue_id, n.key,
      case when n.is_due then
        l.turn + interval '1 microsecond'
          * row_number() over (partition by n.queue_id, n.level, n.key, n.is_due order by n.position)
      end
    from new n
    join last l on l.queue_id = n.queue_id and l.priority = n.level and l.fairness_key = n.key;
end
$$;
