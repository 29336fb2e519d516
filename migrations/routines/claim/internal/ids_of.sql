-- The message ids of deliveries, in their order.
create or replace function millrace.ids_of(deliveries millrace.delivery[]) returns uuid[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(d.message_id order by d.ordinality), '{}')
  from unnest(deliveries) with ordinality as d
$$;
