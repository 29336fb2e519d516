-- Raises object_in_use (55006) when a queue is to move to SQS in which members of an open chord wait or are handled: SQS need not tell of
-- their end, so the chord might never have one. sync calls it with the queues that are declared.
create or replace function millrace.refuse_moves(declared jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  moved smallint[];
  found_one record;
begin
  -- Alone: from here on nobody enqueues members for these queues, and whoever has has committed, so that the next statement sees them.
  -- In a deployment that moves none, nothing is locked.
  moved := array(
    select q.id
    from jsonb_to_recordset(declared) as d(name text, engine text)
    join millrace.queue q on q.name = d.name
    where d.engine in ('sqs', 'sqs-fifo') and q.engine not in ('sqs', 'sqs-fifo')
    order by q.id
    for update of q
  );
  if moved = '{}' then
    return;
  end if;
  select q.name as queue, c.id as chord_id
  into found_one
  from millrace.chord c
  join millrace.chord_members m on m.chord_id = c.id and m.done is null
  cross join lateral unnest(m.message_ids) as i(id)
  join millrace.queue q on q.id = any (moved)
  where c.ended_at is null
    and (
      exists (select from millrace.delivery d where d.message_id = i.id and d.queue_id = q.id)
      or exists (
        select
        from millrace.parcel p
        where p.first_id between millrace.span_start(i.id) and millrace.span_end(i.id)
          and p.queue_id = q.id
          and i.id = any (p.message_ids)
      )
    )
  limit 1;
  if found then
    raise 'queue "%" cannot move to SQS while members of the chord % are in it: let the chord end, or cancel it', found_one.queue,
      found_one.chord_id
      using errcode = 'object_in_use';
  end if;
end
$$;
