-- Looks after keys with limits, once an hour: removes the rows of those that nobody has used for a day and that have nothing live,
-- up to 100,000; lets go what is held back in queues that have no such limit any more; and gives what is free of those keys that hold
-- back and were not used for longest, up to a thousand, to who waits for it, should anybody have gone without a word. maintain calls it.
create or replace function millrace.forget_limited_keys() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  unlimited constant smallint[] := array(
    select q.id from millrace.queue q where num_nonnulls(q.max_in_flight_per_key, q.rate_per_key_starts) = 0 or not q.is_fair
  );
  behind record;
begin
  if not exists (select from millrace.limited_key) then
    return;
  end if;
  if exists (select from millrace.limited_key l where l.queue_id = any (unlimited)) then
    perform millrace.let_go_of_keys(unlimited);
  end if;
  delete from millrace.limited_key l
  where l.ctid = any (array(
    select l.ctid
    from millrace.limited_key l
    where l.used_at <= statement_timestamp() - interval '1 day'
      and not l.holds_back
      and (
        l.queue_id = any (unlimited)
        or millrace.placed_among(l.queue_id, l.message_ids) = '{}'
          -- Made anew it would begin with all that its rate can save up.
          and (
            select millrace.starts_of_key(q, l, clock_timestamp()) >= coalesce(q.rate_per_key_burst, 0)
            from millrace.queue q
            where q.id = l.queue_id
          )
      )
    limit 100000
    for update skip locked
  ));
  for behind in
    select q as queue_row, k.keys
    from (
      select l.queue_id, array_agg(l.fairness_key) as keys
      from (select l.* from millrace.limited_key l where l.holds_back order by l.used_at limit 1000) as l
      group by l.queue_id
    ) as k
    join millrace.queue q on q.id = k.queue_id
    where num_nonnulls(q.max_in_flight_per_key, q.rate_per_key_starts) > 0
  loop
    perform millrace.seat_next(behind.queue_row, behind.keys);
  end loop;
end
$$;
