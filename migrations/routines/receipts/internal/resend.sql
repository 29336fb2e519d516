-- Puts deliveries that SQS carried back into Postgres, where they wait until they are due and are relayed again. They would lose
-- their place in a group: received_results refuses to resend what SQS has to keep in order. copies: as in store_letters.
-- settle_received calls it, with the receipts locked.
create or replace function millrace.resend(in_queue smallint, resent millrace.received[], copies jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if resent = '{}' then
    return;
  end if;
  perform millrace.take_back(in_queue, array(select s.id from unnest(resent) as s));
  insert into millrace.delivery (message_id, queue_id, priority, fairness_key, attempt, available_at)
  select s.id, in_queue, millrace.priority_of(copies, s.position), millrace.fairness_key_of(copies, s.position),
    s.attempt - (s.outcome = 'snooze')::integer, statement_timestamp() + s.delay
  from unnest(resent) as s
  order by s.id
  -- The relay that has sent it was not able to say so: its delivery is this one now.
  on conflict (message_id, queue_id) do update set attempt = excluded.attempt, available_at = excluded.available_at;
end
$$;
