-- The sizes of deliveries' messages in KiB, in their order, for rows_within.
create or replace function millrace.kibs_of(deliveries millrace.delivery[]) returns smallint[]
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(coalesce(d.kib, millrace.stored_kib(d.message_id)) order by d.ordinality), '{}')
  from unnest(deliveries) with ordinality as d
$$;
