-- Cancels what waits in a queue, a portion at a time: up to max_count deliveries (at most 10,000), those that would be
-- claimed next first. What is being processed goes on, unless its lease ran out (see cancel_waiting), and dead letters
-- stay. confirm repeats the queue's name, so that nobody empties a queue by a slip. Operators call it, or the HTTP API
-- for them, again and again while the answer says that there is more. A call takes about a second at most; see act_on_letters,
-- which works in such steps, too.
create or replace function millrace.purge(
  queue text, confirm text, max_count integer default 10000, actor text default null
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  most constant integer := greatest(0, least(max_count, 10000));
  ends_at constant timestamptz := clock_timestamp() + interval '0.5 seconds';
  queue_row millrace.queue;
  step integer := 500;
  taken integer;
  cancelled integer := 0;
begin
  select q.* into queue_row from millrace.queue q where q.name = queue;
  if not found then
    raise 'no queue is named "%"', queue using errcode = 'MR006';
  end if;
  if confirm is distinct from queue then
    raise 'to purge queue "%", repeat its name in confirm', queue using errcode = 'MR002';
  end if;

  loop
    step := least(step, most - cancelled);
    taken := millrace.cancel_first(queue_row.id, step);
    cancelled := cancelled + taken;
    exit when taken < step or cancelled = most or clock_timestamp() >= ends_at;
    step := step * 2;
  end loop;
  perform millrace.audit_action(actor, 'purge', jsonb_build_object('queue', queue), cancelled);
  return json_build_object(
    'cancelled', cancelled,
    -- A step that is not full has left only what others had hold of, which another call would not get either.
    'more', taken > 0 and taken = step and (
      exists (
        select from millrace.delivery d
        where d.queue_id = queue_row.id
          and (d.lease_expires_at is null or d.lease_expires_at <= statement_timestamp())
      )
      or exists (
        select from millrace.parcel p
        where p.queue_id = queue_row.id
          and (p.lease_token is null or p.lease_expires_at <= statement_timestamp())
      )
    )
  );
end
$$;

comment on function millrace.purge is
  'Cancels what waits in a queue, up to max_count deliveries (at most 10000) a call, and fewer where a second is too short for '
  'them; what is being processed goes on, unless its lease ran out. confirm: the queue''s name again. actor: who does it, for '
  'the audit table; the session''s user when null. Answers {"cancelled", "more"}: call again while there is more. Errors: '
  'MR002 confirm is another name, MR005 a group above read committed, MR006 unknown queue.';
grant execute on function millrace.purge to millrace_operator;
