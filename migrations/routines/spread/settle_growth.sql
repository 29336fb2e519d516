-- Tells what of before the last growth still counts in this database: groups that live here and are at home in another one, dead
-- letters of such groups, what HTTP functions of before have left to be sent elsewhere, dead or not, and idempotency keys. All of that ends by itself, but for dead letters,
-- which somebody has to redrive or discard. notBefore: code of before the growth, which knows fewer databases, may run until then.
-- The migrator calls it, and operators.
create or replace function millrace.settle_growth() returns json
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select millrace.left_of_growth()
$$;

comment on function millrace.settle_growth is
  'Answers what of before the last growth still counts here: {"groups", "deadLetters", "forwards", "keysUntil", "notBefore"}. The '
  'growth may be ended when the numbers are 0 and the instants null, as they are for a database without a growth.';
grant execute on function millrace.settle_growth to millrace_operator;
