-- Raises MR002 for the first of these texts that is not written as instants are; nulls are passed over. require_filter and
-- require_message_filter call it.
create or replace function millrace.require_instants(instants text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  instant text;
begin
  foreach instant in array array_remove(instants, null) loop
    if not millrace.is_instant(instant) or instant::timestamptz is null then
      raise invalid_datetime_format;
    end if;
  end loop;
exception
  -- The cast finds days that no calendar has.
  when data_exception then
    raise '"%" must be an ISO 8601 instant with its offset, such as 2026-03-01T08:30:00+01:00', left(instant, 50)
      using errcode = 'MR002';
end
$$;
