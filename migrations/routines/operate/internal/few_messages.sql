-- The ids of messages that a filter leaves, by what few rows have: an idempotency key, and of what lives or is dead a group
-- or a queue. Newest first, those from lowest on and before beyond. Null when the filter names no such thing, or when more
-- than 10,000 rows have it: then the messages are walked, and those that fit are not rare among them. Some of these may
-- not fit the rest of the filter; fitting_messages looks at that. messages calls it.
create or replace function millrace.few_messages(filter jsonb, lowest uuid, beyond uuid) returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  most constant integer := 10000;
  is_dead constant boolean := filter ->> 'status' = 'dead';
  is_live constant boolean := filter ->> 'status' in ('pending', 'scheduled', 'blocked', 'processing');
  -- All of them where none is named.
  queue_ids constant smallint[] := array(
    select q.id from millrace.queue q where filter ->> 'queue' is null or q.name = filter ->> 'queue'
  );
  ids uuid[];
begin
  if cardinality(queue_ids) = 0 and filter ->> 'queue' is not null
    or not exists (select from millrace.message_type t where t.name = coalesce(filter ->> 'type', t.name))
  then
    -- What nobody has ever declared has no messages.
    return '{}';
  end if;
  if filter ->> 'idempotencyKey' is not null then
    -- Of a key that more callers than these have used, the first of them by type and owner.
    ids := array(
      select k.message_id
      from millrace.idempotency_key k
      where k.key = filter ->> 'idempotencyKey'
      order by k.type, k.owner
      limit most
    );
  elsif is_live and filter ->> 'groupKey' is not null then
    ids := array(
      select d.message_id
      from unnest(queue_ids) as q(id)
      cross join lateral (
        select d.message_id
        from millrace.delivery d
        where d.queue_id = q.id and d.group_key = filter ->> 'groupKey'
        -- In the order of the group's index, so that no other one is taken.
        order by isfinite(d.available_at), d.sequence
        limit most + 1
      ) as d
      limit most + 1
    );
  elsif is_live and filter ->> 'queue' is not null then
    ids := array(
      select d.message_id
      from generate_series(1, 9) as level
      cross join lateral (
        select d.message_id
        from millrace.delivery d
        where d.queue_id = queue_ids[1] and d.priority = level
        -- In the order of claims, for the same reason.
        order by d.available_at, d.sequence
        limit most + 1
      ) as d
      limit most + 1
    );
    ids := ids || array(
      select m.id
      from generate_series(1, 9) as level
      cross join lateral millrace.first_parcels(queue_ids[1], level, most + 1) as p
      cross join lateral unnest(p.message_ids) as m(id)
      limit most + 1
    );
  elsif is_dead and filter ->> 'queue' is not null then
    ids := array(
      select l.message_id from millrace.dead_letter l where l.queue_id = queue_ids[1] order by l.died_at limit most + 1
    );
  end if;
  if ids is null or cardinality(ids) > most then
    return null;
  end if;
  return array(select distinct i from unnest(ids) as i where i >= lowest and i < beyond order by i desc);
end
$$;
