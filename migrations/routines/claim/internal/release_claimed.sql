-- Gives back deliveries that a claim has taken and does not hand out: claimable at once, no attempt spent, and no place
-- or start of the queue's limits used. Like a release by settle, which callers of claim make themselves.
-- held_deliveries and look_again call it.
create or replace function millrace.release_claimed(queue_row millrace.queue, token uuid, ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  results jsonb;
  positions bigint[];
begin
  with released as (
    update millrace.delivery d
    set lease_expires_at = null, attempt = d.attempt - 1
    where d.ctid = any (array(
      select h.ctid
      from unnest(ids) as i(id)
      -- Served by the primary key alone; settle_done explains this form.
      join millrace.delivery h on h.message_id = any (array[i.id]) and h.queue_id + 0 = queue_row.id
      where h.lease_token = release_claimed.token and h.lease_expires_at is not null
      -- A claim waits for nobody: what another call has its hands on at this moment is that call's to end.
      for update of h skip locked
    ))
    returning d.message_id
  )
  select jsonb_agg(jsonb_build_object('id', r.message_id, 'token', release_claimed.token, 'outcome', 'release')),
    array_agg(r.position)
  into results, positions
  from (select r.message_id, row_number() over () as position from released r) as r;

  if results is not null and (queue_row.max_in_flight is not null or queue_row.rate_starts is not null) then
    perform millrace.give_back_places(queue_row, results, '[]', positions);
  end if;
  if results is not null and queue_row.rate_per_key_starts is not null then
    perform millrace.give_back_starts(queue_row, array(select (r ->> 'id')::uuid from jsonb_array_elements(results) as r));
  end if;
end
$$;
