-- When something of one queue can be claimed next; null when nothing waits. next_due calls it for each, and its settings hold here. Its
-- plan is kept by the session: to make it anew for each queue took twice as long as the look itself.
create or replace function millrace.queue_due_at(queue_row millrace.queue, since timestamptz) returns timestamptz
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case
      -- Members of groups that somebody could not let go at once are let go by the next survey.
      when queue_row.regroup_after is not null
        or exists (select from millrace.disturbed_group m where m.queue_id = queue_row.id)
        -- And so is what is still held back of a key that was resumed.
        or queue_row.is_fair
          and exists (select from millrace.paused_key k where k.queue_id = queue_row.id and k.resumed_at is not null)
        then statement_timestamp()
      -- Under a rate limit nothing can be claimed before it gives a start, however much waits.
      when min(level_due.at) is not null and queue_row.rate_starts is not null then greatest(
        min(level_due.at), statement_timestamp() + make_interval(secs => millrace.limited_ms(queue_row) / 1000.0)
      )
      else min(level_due.at)
    end
    from generate_series(1, 9) as level
    cross join lateral (
      select least(
        (
          -- Of what is due already: a leased row is claimable when its lease ends. Leased rows stand first, since claims
          -- take the oldest. Behind 200 of them there may be anything, so somebody is to look again in a minute.
          select case
            when count(*) = 200 then least(min(first.claimable_at), statement_timestamp() + interval '1 minute')
            else min(first.claimable_at)
          end
          from (
            select greatest(d.lease_expires_at, statement_timestamp()) as claimable_at
            from millrace.delivery d
            where d.queue_id = queue_row.id
              and d.priority = level
              -- Turns are before all times.
              and d.available_at between case when queue_row.is_fair then '-infinity' else since end and statement_timestamp()
            order by d.available_at
            limit 200
          ) as first
        ),
        (
          select d.available_at
          from millrace.delivery d
          where d.queue_id = queue_row.id
            and d.priority = level
            and d.available_at > statement_timestamp()
            -- A blocked member waits for the head of its group, not for a time, and what is held back for its key to be resumed.
            and d.available_at < millrace.held_back_from()
          order by d.available_at
          limit 1
        ),
        (
          select statement_timestamp()
          from millrace.parcel p
          where p.queue_id = queue_row.id and p.priority = level and p.lease_token is null
            and p.available_at between since and statement_timestamp()
          order by p.available_at
          limit 1
        ),
        (
          -- A lease that runs out makes its parcel claimable.
          select greatest(p.lease_expires_at, statement_timestamp())
          from millrace.parcel p
          where p.queue_id = queue_row.id
            -- No lease ends before its parcel could be claimed, nor stands a parcel before "since". The minute is for leases that
            -- somebody has ended by hand.
            and p.lease_expires_at >= since - interval '1 minute'
          order by p.lease_expires_at
          limit 1
        )
      ) as at
    ) as level_due
  );
end
$$;
