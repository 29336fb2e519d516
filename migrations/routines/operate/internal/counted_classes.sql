-- Lists of how often something took how long, added up: a list of counts for each, by class, as 0025_history.sql describes the
-- classes. A list may end anywhere, have null for 0, or be null itself, as those of code that does not count. What is longer than
-- the last class counts in that. record_drain calls it.
create or replace function millrace.counted_classes(lists jsonb) returns integer[]
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(array_agg(c.count order by c.class), '{}')
    from (
      select least(e.class, 64) as class, coalesce(sum(e.count::integer), 0)::integer as count
      from jsonb_array_elements(lists) as l(list)
      cross join lateral jsonb_array_elements_text(
        case jsonb_typeof(l.list) when 'array' then l.list else '[]' end
      ) with ordinality as e(count, class)
      group by least(e.class, 64)
    ) as c
  );
end
$$;
