-- When the weeks begin for which messages have a partition. make_coming_weeks and drop_expired_weeks call it.
create or replace function millrace.message_weeks() returns setof timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select to_date(right(c.relname, 8), 'YYYYMMDD')::timestamp at time zone 'UTC'
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'millrace.message'::regclass and c.relname ~ '^message_[0-9]{8}$'
$$;
