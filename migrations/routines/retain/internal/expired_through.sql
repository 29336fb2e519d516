-- The id up to which the messages of a type are to be erased one by one. Types that are kept shorter than the default
-- go as soon as their time is over. All others go with their week, which drop_expired_weeks drops; if that has not
-- happened within a day, the week stays for the sake of other messages, and these are erased one by one as well.
-- erase_expired calls it.
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
