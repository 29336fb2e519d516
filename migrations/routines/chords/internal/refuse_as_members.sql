-- Raises MR002 for the first message that is to join a chord, and cannot keep what a chord promises: its queue must be
-- carried by Postgres, and of several
-- databases the one that has a group need not be the chord's. store_members calls it.
create or replace function millrace.refuse_as_members(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  fault record;
begin
  -- Until this transaction ends, none of their queues moves to SQS; what has moved, the next statement sees. It is in nobody's way but
  -- such a move's.
  perform
  from millrace.queue q
  where q.id in (
    select s.queue_id
    from jsonb_array_elements(messages) as m
    join millrace.subscription s on s.type = m ->> 'type'
    where m ->> 'chordId' is not null
  )
  order by q.id
  for key share;

  select m.position - 1 as index, f.pointer, f.reason
  into fault
  from jsonb_array_elements(messages) with ordinality as m(message, position)
  cross join lateral (
    select '/groupKey' as pointer, 'a member of a chord takes no groupKey where messages are spread over several databases, as '
      'the group may belong to another one than the chord' as reason
    where m.message ->> 'groupKey' is not null and millrace.is_spread()
    union all
    select '/type', format('queue "%s" is on SQS, and a chord has to be told of each end', q.name)
    from millrace.subscription s
    join millrace.queue q on q.id = s.queue_id
    where s.type = m.message ->> 'type' and q.engine in ('sqs', 'sqs-fifo')
  ) as f
  where m.message ->> 'chordId' is not null
  order by m.position
  limit 1;
  if found then
    raise '%', fault.reason using
      errcode = 'MR002',
      detail = json_build_object('index', fault.index, 'pointer', fault.pointer);
  end if;
end
$$;
