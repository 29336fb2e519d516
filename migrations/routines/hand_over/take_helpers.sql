-- Takes places for so many helpers as are missing to most: how a consumer may start others, and no more of them than may be
-- alive at once, however many ticks overlap. Answers the tokens that have a place now, of those given.
-- Repeated with its tokens it gives what they have, and takes what is missing still.
create or replace function millrace.take_helpers(tokens uuid[], most integer) returns uuid[]
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Tried, not waited for: somebody else is handing over at this moment, for the same backlog.
  if not pg_try_advisory_xact_lock(hashtextextended('millrace.take_helpers', 0)) then
    return '{}';
  end if;
  insert into millrace.helper (token, ends_at)
  -- An asynchronous invocation that waits for longer than a minute is dropped by Lambda, so one that has not started by
  -- then never will.
  select t.token, statement_timestamp() + interval '1 minute'
  from unnest(tokens) with ordinality as t(token, position)
  where t.position <= most - (
    select count(*) from millrace.helper h where h.ends_at > statement_timestamp() and h.token <> all (tokens)
  )
  on conflict (token) do nothing;
  return array(select h.token from millrace.helper h where h.token = any (tokens));
end
$$;

comment on function millrace.take_helpers is
  'Takes places for helpers, invocations of the consumer that are handed a part of a backlog: as many of the tokens as '
  'most leaves beside the helpers that are alive. Answers the tokens that have a place; none while somebody else is '
  'taking places. A place lasts for a minute, and from start_helper on for the time given there.';
grant execute on function millrace.take_helpers to millrace_consumer;
