-- The error of a dead letter that SQS has given up without any attempt that is recorded. count: how often SQS has delivered it.
-- bury_received calls it.
create or replace function millrace.given_up_error(count integer) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'name', 'GivenUp',
    'message', format(
      'SQS has delivered it %s times without an attempt that was recorded, and has put it into its dead-letter queue', count
    )
  )
$$;
