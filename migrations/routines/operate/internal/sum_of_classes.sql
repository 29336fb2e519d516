-- Two lists of counts by class, added up; either may be the longer one. record_drain calls it.
create or replace function millrace.sum_of_classes(counts integer[], others integer[]) returns integer[]
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select coalesce(u.count, 0) + coalesce(u.other, 0)
    from unnest(counts, others) with ordinality as u(count, other, class)
    order by u.class
  );
end
$$;
