-- Raises MR002, with a pointer to the argument in its detail, unless a step may be recorded like this. record_step and begin_pause call it.
create or replace function millrace.require_step(number integer, version integer, name text, result json) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if number is null or number not between 0 and 249 then
    raise 'a delivery has at most 250 steps: number is 0 to 249, got %', number
      using errcode = 'MR002', detail = '/number';
  end if;
  if version is null or version not between 1 and 32767 then
    raise 'version is 1 to 32767, got %', version using errcode = 'MR002', detail = '/version';
  end if;
  if name is null or char_length(name) not between 1 and 100 then
    raise 'the name of a step has 1 to 100 characters, got %', char_length(name) using errcode = 'MR002', detail = '/name';
  end if;
  if octet_length(result::text) > 16384 then
    raise 'the result of a step has at most 16384 bytes, got %', octet_length(result::text)
      using errcode = 'MR002', detail = '/result';
  end if;
  -- What status cannot show is refused while somebody can mend it. What is no jsonb raises an error of class 22.
  if millrace.is_too_deep(result::jsonb) then
    raise 'the result of a step has at most 100 levels of arrays and objects' using errcode = 'MR002', detail = '/result';
  end if;
end
$$;
