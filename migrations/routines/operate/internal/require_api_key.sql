-- Raises MR002 with the reason unless a caller of the HTTP API may get a key like this. create_api_key calls it, and
-- rotate_api_key for the time of expiry.
create or replace function millrace.require_api_key(name text, scopes text[], expires_at timestamptz) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  scope text;
  place bigint;
  seen text[] := '{}';
begin
  -- It stands in logs, in the audit and in the path of an URL.
  if name is null or name !~ '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$' then
    raise 'name must be 1 to 100 letters, digits, ".", "_" and "-", and begin with a letter or digit'
      using errcode = 'MR002';
  end if;
  if coalesce(cardinality(scopes), 0) = 0 then
    raise 'scopes must name at least one scope: read, operate or enqueue:PATTERN' using errcode = 'MR002';
  end if;
  for scope, place in select s.scope, s.place from unnest(scopes) with ordinality as s(scope, place) loop
    if scope is null then
      raise 'scope % of % is null', place, cardinality(scopes) using errcode = 'MR002';
    elsif scope !~ '^(read|operate|enqueue:(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?))$' then
      raise '"%" is not a scope; scopes are read, operate and enqueue:PATTERN, such as enqueue:order.*', left(scope, 110)
        using errcode = 'MR002';
    elsif scope = any (seen) then
      raise 'scope "%" is given twice', scope using errcode = 'MR002';
    end if;
    seen := seen || scope;
  end loop;
  if expires_at <= statement_timestamp() or not isfinite(expires_at) then
    raise 'expires_at must lie ahead; null is for a key without an end' using errcode = 'MR002';
  end if;
end
$$;
