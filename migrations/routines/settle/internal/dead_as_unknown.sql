-- A dead letter's outcome and error for what a consumer's code does not know: the consumer's own error, and behind its
-- sentence the reason why waiting is no use. unknown_outcome calls it.
create or replace function millrace.dead_as_unknown(error jsonb, reason text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'outcome', 'dead',
    'error', error || jsonb_build_object('message', concat_ws('; ', error ->> 'message', reason))
  )
$$;
