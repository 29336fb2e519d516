-- The second look for a claim that did not find the messages of all its deliveries: what one snapshot does not show is
-- not lost. While maintain moves messages from one partition to another, a statement that began before its commit may
-- find a message in neither. Messages that a new statement does not find either are gone, and are answered with a null
-- type, which the consumer makes dead letters.
-- Above read committed a new statement sees no more than the first one. There, what was not found is released, for a
-- claim in another transaction, and the cursor stays in front of it. claim and claim_suspects call it.
create or replace function millrace.look_again(
  queue_row millrace.queue, token uuid, claimed millrace.claimed, start json
) returns millrace.claimed
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
as $$
declare
  ids uuid[];
  missing uuid[];
  answer millrace.claimed;
begin
  -- What is looked at one by one is single.
  perform millrace.part_held(queue_row.id, array[token]);
  select array_agg(i.id::uuid order by i.position), array_agg(i.id::uuid) filter (where i.type is null)
  into ids, missing
  from rows from (
    json_array_elements_text(claimed.ids), json_array_elements_text(claimed.types)
  ) with ordinality as i(id, type, position);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    perform millrace.release_claimed(queue_row, token, missing);
    ids := array(select i.id from unnest(ids) with ordinality as i(id, position) where i.id <> all (missing) order by i.position);
    answer := millrace.claimed_messages(queue_row.id, ids, start);
  elsif exists (select from unnest(missing) as i(id) join millrace.message m on m.id = i.id) then
    answer := millrace.claimed_messages(queue_row.id, ids, claimed.cursor);
  else
    return claimed;
  end if;
  answer.limited_ms := claimed.limited_ms;
  answer.has_more := claimed.has_more;
  return answer;
end
$$;
