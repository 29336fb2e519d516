-- Stores dead letters of deliveries that SQS carries: they have no place in Postgres any more, so each gets a new one. Their
-- receipts are locked, and nobody else makes a letter of them. copies: what they are of, each where its letter's position says.
-- settle_received and bury_received_copies call it.
create or replace function millrace.store_letters(in_queue smallint, letters millrace.received[], copies jsonb) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, fairness_key, error)
  select l.id, in_queue, nextval('millrace.delivery_sequence_seq'), millrace.priority_of(copies, l.position),
    l.attempt, l.type, l.group_key, millrace.fairness_key_of(copies, l.position), coalesce(l.error, 'null')
  from unnest(letters) as l
  order by l.position
  -- SQS may have refused it in the end, so that the relay has buried it, and have taken it before.
  on conflict (message_id, queue_id) do update
  set attempts = excluded.attempts, died_at = excluded.died_at, error = excluded.error
$$;
