-- Makes dead letters of suspects without attempts left, whose rows are locked, lets their groups and keys go on, and answers their
-- ids. claim_suspects calls it, before it locks anything that comes later in the order of locks.
create or replace function millrace.bury_suspects(queue_row millrace.queue, suspects millrace.delivery[]) returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  moved record;
begin
  if suspects <> '{}' then
    perform millrace.log_expired(suspects);
    select m.* into moved
    from millrace.move_to_dead_letters(
      queue_row.id,
      (
        select jsonb_agg(jsonb_build_object('id', s.message_id, 'error', millrace.lease_expired_error()))
        from unnest(suspects) as s
      )
    ) as m;
    if moved.group_keys is not null then
      perform millrace.unblock_next_members(queue_row.id, moved.group_keys, moved.sequences);
    end if;
    if num_nonnulls(queue_row.max_in_flight_per_key, queue_row.rate_per_key_starts) > 0 then
      perform millrace.seat_next(queue_row, array(select distinct s.fairness_key from unnest(suspects) as s));
    end if;
  end if;
  return millrace.ids_of(suspects);
end
$$;
