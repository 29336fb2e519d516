-- How many suspects of this past may be handled side by side: 1 means alone, and 0 that it has no attempts left. At first
-- as many as find_suspects sees at once, since of a crashed consumer's deliveries nearly all are innocent, then fewer with
-- each lease that is lost, so that whoever ends its consumers is soon among few. The last attempt is always made alone: a delivery dies of a lost
-- lease only when nothing but itself can have lost it. So when the last attempt was lost among others, it does not count,
-- and is made again.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.suspects_together(
  attempt smallint, max_attempts smallint, lease_ran_out boolean, lost_leases smallint
) returns integer
language sql immutable
as $$
  select case
    when lease_ran_out and attempt >= max_attempts and lost_leases is not null then 0
    when attempt >= max_attempts - 1 then 1
    when coalesce(lost_leases, 0::pg_catalog.int2) + lease_ran_out::pg_catalog.int4 = 1 then 200
    when lost_leases + lease_ran_out::pg_catalog.int4 = 2 then 8
    else 1
  end
$$;
