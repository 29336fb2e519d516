-- Stores the follow-up messages of the results at the given positions, whose deliveries are done, in the
-- transaction that ended them.
create or replace function millrace.enqueue_follow_ups(results jsonb, done bigint[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  messages jsonb;
begin
  select jsonb_agg(follow_up.message order by r.position, follow_up.position)
  into messages
  from rows from (
    jsonb_to_recordset(results) as (enqueue jsonb)
  ) with ordinality as r(enqueue, position)
  cross join lateral jsonb_array_elements(r.enqueue) with ordinality as follow_up(message, position)
  where r.position = any (done);
  if messages is not null then
    -- Not turned away by a full queue: the work that caused them is done and must be settled.
    perform millrace.enqueue_checked(messages);
  end if;
end
$$;

revoke execute on function millrace.enqueue_follow_ups from public;
