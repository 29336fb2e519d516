-- What still lives here since before the growth, and where it would have to live now; see settle_growth, which answers this.
create or replace function millrace.left_of_growth() returns json
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  here constant millrace.placement := (select p from millrace.placement p where p.before is not null);
  groups bigint := 0;
  letters bigint := 0;
  waiting bigint := 0;
  keys_until timestamptz;
begin
  if here.before is not null then
    -- Each step jumps to the next group's key along the index in group order.
    with recursive living as (
      select q.id as queue_id, (
        select min(d.group_key) from millrace.delivery d where d.queue_id = q.id and d.group_key > ''
      ) as group_key
      from millrace.queue q
      where q.engine <> 'database'
      union all
      select l.queue_id, (
        select min(d.group_key) from millrace.delivery d where d.queue_id = l.queue_id and d.group_key > l.group_key
      )
      from living l
      where l.group_key is not null
    )
    select count(*)
    into groups
    from (select distinct l.group_key from living l where l.group_key is not null) as l
    where millrace.home(l.group_key, here.databases) <> here.number;

    select count(*) into letters
    from millrace.dead_letter l
    join millrace.queue q on q.id = l.queue_id and q.engine = 'postgres'
    where l.group_key is not null and millrace.home(l.group_key, here.databases) <> here.number;

    -- What others than HTTP have left has no order with what HTTP sends straight to where it belongs. What is dead holds its group.
    select count(*) into waiting
    from (
      select d.message_id from millrace.delivery d where d.queue_id = millrace.elsewhere()
      union all
      select l.message_id from millrace.dead_letter l where l.queue_id = millrace.elsewhere()
    ) as w
    join millrace.forward f on f.message_id = w.message_id and f.options ? 'isOfHttp';

    -- Those of the HTTP API's callers: of other logins, keys count where each is connected.
    select max(k.expires_at) into keys_until
    from millrace.idempotency_key k
    left join millrace.message m on m.id = k.message_id
    where k.expires_at > statement_timestamp()
      and k.owner ~ '^(key|jwt|iam):'
      and millrace.home(coalesce((m.origin).group_key, k.key), here.databases) <> here.number;
  end if;
  return json_build_object(
    'groups', groups, 'deadLetters', letters, 'forwards', waiting, 'keysUntil', keys_until,
    'notBefore', case when statement_timestamp() < here.since + interval '15 minutes' then here.since + interval '15 minutes' end
  );
end
$$;
