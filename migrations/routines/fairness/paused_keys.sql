-- The fairness keys of a queue that are paused, in the order of their bytes: for operators. An unknown queue has none. Databases may
-- differ in how they order texts, and whoever merges the pages of several goes by one order.
create or replace function millrace.paused_keys(queue text, max_count integer default 100, after_key text default '')
returns table (fairness_key text, paused_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.fairness_key, p.paused_at
  from millrace.paused_key p
  where p.queue_id = (select q.id from millrace.queue q where q.name = paused_keys.queue)
    and p.fairness_key collate "C" > after_key
    and p.resumed_at is null
  order by p.fairness_key collate "C"
  limit least(max_count, 1000)
$$;

comment on function millrace.paused_keys is
  'Lists the fairness keys of a queue that are paused, by key. max_count: at most 1000 a page; after_key: the last fairness_key of '
  'the page before.';
grant execute on function millrace.paused_keys to millrace_operator;
