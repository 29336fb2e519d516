-- How many of the first messages, whose sizes in KiB are given in claim order, one claim hands out: as many as add up to
-- most_claim_kib, and always at least one. claim_fresh asks, when all together are too much.
create or replace function millrace.rows_within(kibs smallint[]) returns integer
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select greatest(1, count(*) filter (where k.kib_so_far <= millrace.most_claim_kib()))::integer
  from (
    select sum(k.kib) over (order by k.position) as kib_so_far
    from unnest(kibs) with ordinality as k(kib, position)
  ) as k
$$;
