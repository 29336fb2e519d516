-- The id up to which a type's messages are erased one by one. What is kept shorter than other messages goes as soon as
-- its time is over. All else goes with its week; a week that could not be dropped within a day is there for the sake of
-- other messages.
create or replace function millrace.expired_through(kind millrace.message_type) returns uuid
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select millrace.uuid_floor(
    case
      when kind.retention_days < s.retention_days then ends.at
      else date_trunc('week', ends.at - interval '1 day', 'UTC')
    end
  )
  from millrace.setting s
  cross join lateral (values (statement_timestamp() - millrace.retention(kind))) as ends(at)
$$;

revoke execute on function millrace.expired_through from public;
