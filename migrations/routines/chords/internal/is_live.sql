-- Whether a message has a delivery that has not ended, as far as Postgres has it: what SQS has is not looked for. A few pages.
create or replace function millrace.is_live(id uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select exists (select from millrace.delivery d where d.message_id = is_live.id)
    or exists (
      select
      from millrace.parcel p
      where p.first_id between millrace.span_start(is_live.id) and millrace.span_end(is_live.id)
        and is_live.id = any (p.message_ids)
    )
$$;
