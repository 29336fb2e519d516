-- Raises MR013 for the message at a position, which belongs to another database: who gave its place is to send it there. Raises
-- lock_not_available, after which a call is repeated, while somebody else decides on its group. store_placed and keep_forward call it
-- with what where_members_belong has answered.
create or replace function millrace.refuse_elsewhere(
  messages jsonb, "position" bigint, database smallint, asked boolean, is_busy boolean
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if is_busy then
    raise 'somebody else decides at this moment where the group belongs' using errcode = 'lock_not_available';
  end if;
  raise 'the message belongs to database %', database using
    errcode = 'MR013',
    detail = json_build_object(
      'index', position - 1,
      'pointer', case
        when messages -> (position - 1)::integer ->> 'groupKey' is null then '/idempotencyKey' else '/groupKey'
      end,
      'database', database, 'asked', asked
    );
end
$$;
