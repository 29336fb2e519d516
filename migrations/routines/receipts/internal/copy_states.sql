-- How copies that SQS has brought stand, by their receipts, which hold_receipts has locked:
--   ended    done or dead, or superseded by a later round
--   buried   as ended, and receive has buried it under this very token
--   free     nobody has it, and its time has come
--   mine     leased under this very token
--   held     leased under another one, until free_at
--   waiting  its retry or snooze is due at free_at
--   suspect  an attempt was lost, begun and never settled, or the copy was given back unstarted by whoever had it as a suspect
--   spent    a suspect whose attempts are used up
-- attempts: how many were spent, with a lost one. Of a copy whose round has just begun nothing is known: SQS delivers it for the
-- first time, or an attempt was lost without a word. Then it is a suspect, but never spent by that, since SQS counts deliveries
-- that no handler has seen. together: beside how many suspects one may be handled. decided_copies calls it.
create or replace function millrace.copy_states(queue_row millrace.queue, copies jsonb, token uuid)
returns table (
  "position" bigint, id uuid, round smallint, state text, attempts integer, lost_at timestamptz, lost_token uuid,
  free_at timestamptz, lost_leases smallint, together integer
)
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
-- No plan may read all of a large table, whenever it was made; claim_fresh explains these settings.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
-- A bare name is always a column's; parameters that share one are written with the routine's name before them.
#variable_conflict use_column
begin
  return query
  select s.position, s.id, s.round, s.state,
    case when s.is_begun and s.state <> 'suspect' then s.spent else s.attempts end::integer,
    case when s.state in ('suspect', 'spent') and s.ran_out then coalesce(s.lease_expires_at, statement_timestamp()) end,
    case when s.state in ('suspect', 'spent') and s.ran_out then s.lease_token end,
    coalesce(s.due_at, s.lease_expires_at),
    s.lost_leases, s.together
  from (
    select c.position, c.id, c.round, c.spent, b.is_begun, r.lease_token, r.lease_expires_at, r.due_at, p.*, t.together,
      case
        when r.round > c.round then 'ended'
        when b.is_begun and c.count = 1 then 'free'
        when b.is_begun then 'suspect'
        when r.outcome = 'dead' and r.lease_token = copy_states.token
          and millrace.was_lost(c.id, queue_row.id, copy_states.token) then 'buried'
        when r.ended_at is not null then 'ended'
        when r.due_at > statement_timestamp() then 'waiting'
        when not p.ran_out and p.lost_leases is null then 'free'
        -- Given back unstarted by whoever had it as a suspect: nothing has been proved of it since.
        when not p.ran_out then 'suspect'
        when r.lease_token = copy_states.token then 'mine'
        when r.lease_expires_at > statement_timestamp() then 'held'
        when t.together = 0 then 'spent'
        else 'suspect'
      end as state
    from millrace.copies_of(copies) as c
    cross join lateral (
      select r.*
      from millrace.receipt r
      -- Served by the primary key alone; settle_done explains this form, and hold_receipts what is behind it.
      where r.message_id = any (array[c.id]) and r.queue_id + 0 = queue_row.id
      offset 0
    ) as r
    cross join lateral (
      values (r.round < c.round or (r.round = c.round and r.lease_token is null and r.ended_at is null))
    ) as b(is_begun)
    -- What is held and what is lost look the same here, and the lease's end tells them apart.
    cross join lateral (
      values (
        case when b.is_begun then (c.spent + 1)::smallint else r.attempts end,
        b.is_begun or r.lease_expires_at is not null,
        case when not b.is_begun then r.lost_leases end
      )
    ) as p(attempts, ran_out, lost_leases)
    cross join lateral (
      values (millrace.suspects_together(p.attempts, queue_row.max_attempts, p.ran_out, p.lost_leases))
    ) as t(together)
  ) as s;
end
$$;
