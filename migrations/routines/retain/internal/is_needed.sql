-- Whether a live delivery, a dead letter or an open chord needs a message whose id is at least lowest and below beyond.
create or replace function millrace.is_needed(lowest uuid, beyond uuid) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select exists (select from millrace.delivery d where d.message_id >= lowest and d.message_id < beyond)
    -- All ids of a parcel are in the span of its first, and a week begins with a span.
    or exists (select from millrace.parcel p where p.first_id >= lowest and p.first_id < beyond)
    or exists (select from millrace.dead_letter l where l.message_id >= lowest and l.message_id < beyond)
    or millrace.is_awaited(lowest, beyond)
$$;
