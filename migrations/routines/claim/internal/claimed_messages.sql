-- Deliveries under a lease as claim answers them, with their messages or without, in the order of the given ids. It looks both up
-- in a statement of its own, and so sees what was committed up to now. held_deliveries, look_again and claim_suspects
-- call it; claim_fresh, where time matters most, reads the messages in the statement that claims them.
create or replace function millrace.claimed_messages(
  in_queue smallint, ids uuid[], cursor json, with_messages boolean default true
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  answer millrace.claimed;
begin
  select json_agg(c.message_id), json_agg(c.type), json_agg(c.version), json_agg(c.payload), json_agg(c.headers),
    json_agg(c.created_at), json_agg(c.attempt), json_agg(c.group_key), claimed_messages.cursor, null, sum(c.kib), false,
    json_agg(c.waited_ms)
  into answer
  from (
    select d.message_id, m.type, m.version, m.payload, m.headers, m.created_at, d.attempt, d.group_key,
      coalesce(d.kib, millrace.stored_kib(d.message_id)) as kib,
      -- What was handed out before has been waited for by others: suspects would count the time of their handlers.
      case when d.lost_leases is null then (date_part('epoch', statement_timestamp() - millrace.due_since(d.available_at, d.due_at)) * 1000)::bigint end
        as waited_ms
    from unnest(ids) with ordinality as i(id, position)
    -- Served by the primary key alone; settle_done explains this form.
    join millrace.delivery d on d.message_id = any (array[i.id]) and d.queue_id + 0 = in_queue
    left join millrace.message m on with_messages and m.id = i.id
    order by i.position
  ) as c;
  return answer;
end
$$;
