-- When somebody is to look at the open chords: now when one of the first 200 waits for a member that has ended, in a minute when there
-- are more, else null. One whose message that follows is refused waits for a deployment, and not for a look. next_due asks.
create or replace function millrace.chords_due_at() returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
  select case
    when bool_or(c.position <= 200 and c.refusal is null and not millrace.is_live(c.waits_for)) then statement_timestamp()
    when count(*) > 200 then statement_timestamp() + interval '1 minute'
  end
  from (
    select o.*, row_number() over (order by o.id) as position
    from (select c.id, c.waits_for, c.refusal from millrace.chord c where c.ended_at is null order by c.id limit 201) as o
  ) as c
$$;
