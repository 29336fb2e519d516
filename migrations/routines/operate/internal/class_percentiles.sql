-- Half of what was counted took at most p50 milliseconds, and 95 of 100 at most p95: {"p50", "p95"}, null when nothing was
-- counted. Inside of a class, whose upper end is 1.41 times its lower one, what is counted is taken for evenly spread. history
-- calls it.
create or replace function millrace.class_percentiles(counts bigint[]) returns json
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Doubles, since numeric would take many times as long.
  shares constant double precision[] := '{0.5, 0.95}';
  found double precision[] := '{}';
  counted_all double precision := (select sum(c) from unnest(counts) as c);
  before double precision := 0;
  class integer := 0;
  looked_for integer := 1;
  wanted double precision := shares[1] * counted_all;
  lower double precision;
  upper double precision;
  counted bigint;
begin
  foreach counted in array counts loop
    class := class + 1;
    continue when counted = 0;
    while before + counted >= wanted loop
      upper := power(2::double precision, class / 2::double precision);
      lower := case when class > 1 then upper / sqrt(2::double precision) else 0 end;
      found := found || lower + (upper - lower) * (wanted - before) / counted;
      looked_for := looked_for + 1;
      wanted := shares[looked_for] * counted_all;
    end loop;
    exit when looked_for > 2;
    before := before + counted;
  end loop;
  return json_build_object('p50', round(found[1]::numeric, 1), 'p95', round(found[2]::numeric, 1));
end
$$;
