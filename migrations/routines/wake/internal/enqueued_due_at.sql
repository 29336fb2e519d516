-- When the first of some enqueued messages can be claimed. Null when none of them waits for a time: all have ended, or wait
-- in their group for others. Also asked for messages that were there already: whoever stored them first may have died
-- before it armed a wake-up. enqueue_to_wake calls it with the answer of enqueue_many.
create or replace function millrace.enqueued_due_at(enqueued json) returns timestamptz
language sql volatile
set search_path = pg_catalog, pg_temp
-- Each message is looked up by its id, whatever the statistics say of an empty table.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with e as materialized (
    select i.id from json_to_recordset(enqueued) as i(id uuid)
  )
  select least(
    (
      select min(case
        when d.available_at < 'infinity' then millrace.due_since(d.available_at, d.due_at)
        -- Its group could not be looked at when it was stored, and nobody may be at work to do it.
        when exists (
          select
          from millrace.disturbed_group m
          where m.queue_id = d.queue_id and m.group_key = d.group_key
        ) then statement_timestamp()
      end)
      from e
      join millrace.delivery d on d.message_id = e.id
    ),
    (
      select min(p.available_at)
      from (select distinct millrace.span_start(e.id) as first, millrace.span_end(e.id) as last from e) as span
      join millrace.parcel p on p.first_id between span.first and span.last
      where p.message_ids && array(select e.id from e)
    )
  )
$$;
