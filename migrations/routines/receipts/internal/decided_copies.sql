-- What receive answers of each copy, and does to it; copy_states says how they stand. in_group: how many suspects the caller
-- handles side by side, 0 when it takes none; a suspect that may be beside fewer only is not taken. Of several copies of one
-- delivery the call takes one, and by that holds the others. receive calls it.
create or replace function millrace.decided_copies(
  queue_row millrace.queue, copies jsonb, token uuid, lease_seconds integer, in_group integer
) returns setof millrace.decided
language plpgsql
set search_path = pg_catalog, pg_temp
-- As in settle_done: a custom plan would come out the same, and costs its planning.
set plan_cache_mode = force_generic_plan
as $$
-- A bare name is always a column's; parameters that share one are written with the routine's name before them.
#variable_conflict use_column
begin
  return query
  select d.position, d.id, d.round,
    case when d.is_beside then 'held' else d.answer end,
    case
      when d.answer <> 'taken' or d.state = 'mine' then d.attempts
      -- A last attempt that was lost among others is made again; see suspects_together.
      when d.state = 'suspect' then least(d.attempts + 1, greatest(d.attempts, queue_row.max_attempts))
      else d.attempts + 1
    end::smallint,
    case when d.answer in ('taken', 'dead') and not d.is_beside then d.lost_at end,
    d.lost_token,
    case
      when d.is_beside then decided_copies.lease_seconds
      when d.answer in ('held', 'waiting') then ceil(extract(epoch from d.free_at - statement_timestamp()))
      else 0
    end::integer,
    case
      when d.state = 'mine' then d.lost_leases
      when d.state = 'suspect' then (coalesce(d.lost_leases, 0) + (d.lost_at is not null)::integer)::smallint
    end,
    case when d.answer = 'suspect' then d.together end,
    d.attempts::smallint
  from (
    select s.*, a.answer,
      bool_or(a.answer = 'taken') over (partition by s.id)
        and row_number() over (partition by s.id order by a.answer = 'taken' desc, s.position) > 1 as is_beside
    from millrace.copy_states(queue_row, copies, token) as s
    cross join lateral (
      values (
        case
          when s.state in ('free', 'mine') or (s.state = 'suspect' and s.together >= nullif(in_group, 0)) then 'taken'
          when s.state in ('spent', 'buried') then 'dead'
          else s.state
        end
      )
    ) as a(answer)
  ) as d;
end
$$;
