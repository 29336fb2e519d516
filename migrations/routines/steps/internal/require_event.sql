-- Raises MR002, with a pointer to the argument in its detail, unless an event may be sent like this. send_event calls it.
create or replace function millrace.require_event(name text, payload json) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if name is null or char_length(name) not between 1 and 100 then
    raise 'the name of an event has 1 to 100 characters, got %', char_length(name) using errcode = 'MR002', detail = '/name';
  end if;
  if payload is null or octet_length(payload::text) > 16384 then
    raise 'the payload of an event has at most 16384 bytes and is not null, got %', octet_length(payload::text)
      using errcode = 'MR002', detail = '/payload';
  end if;
  -- What status cannot show, or a handler would read as something else, is refused while somebody can mend it. What is no jsonb raises
  -- an error of class 22.
  if millrace.is_too_deep(payload::jsonb) then
    raise 'the payload of an event has at most 100 levels of arrays and objects' using errcode = 'MR002', detail = '/payload';
  end if;
  if millrace.is_rounded(payload::jsonb) then
    raise 'JSON readers would round a number of this payload; send it as a string' using errcode = 'MR002', detail = '/payload';
  end if;
end
$$;
