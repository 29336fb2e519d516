-- settle_and_claim for large messages: the answer's first row is that of settle_and_claim, with claimed leaving out the
-- messages, and each message follows in a row of its own. In the lists of one row, a megabyte of messages is copied six times on
-- its way from the table to the caller, which takes as long as writing the JSON; here it is read when its row is sent, and the
-- server's memory holds one message at a time. A message for which there is no row is gone. One may come twice.
create or replace function millrace.settle_and_claim_in_rows(
  queue text, results jsonb, done jsonb, token uuid, max_count integer, cursor json, repeated boolean default false
) returns table (
  settled json, claimed millrace.claimed, id uuid, type text, version smallint, payload json, headers jsonb, created_at json
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- A custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  -- Above read committed a second look sees no more than the first one, and look_again must put back what was not found.
  in_lists constant boolean := current_setting('transaction_isolation') not in ('read committed', 'read uncommitted');
  ids uuid[];
  found_count integer;
begin
  settled := millrace.settle(settle_and_claim_in_rows.queue, results, done);
  claimed := millrace.claim(
    settle_and_claim_in_rows.queue, token, max_count, settle_and_claim_in_rows.cursor, repeated, with_messages => in_lists
  );
  return next;
  if in_lists or claimed.ids is null then
    return;
  end if;
  ids := array(select i::uuid from json_array_elements_text(claimed.ids) as i order by i);
  -- What one snapshot does not show is not lost; look_again says when. The first and the last id choose the partitions.
  for look in 1..2 loop
    return query
      select null::json, null::millrace.claimed, m.id, m.type, m.version, m.payload, m.headers, to_json(m.created_at)
      from millrace.message m
      where m.id = any (ids) and m.id >= ids[1] and m.id <= ids[cardinality(ids)];
    get diagnostics found_count = row_count;
    exit when found_count = cardinality(ids);
  end loop;
end
$$;

comment on function millrace.settle_and_claim_in_rows is
  'As settle_and_claim, for large messages: the first row is its answer, without the messages, and each message follows in a '
  'row of its own. Parameters as there. Errors as settle: MR001, MR002, MR003, MR004, MR005, MR006, MR007, MR010, MR011, MR013, MR014.';
grant execute on function millrace.settle_and_claim_in_rows to millrace_consumer;
