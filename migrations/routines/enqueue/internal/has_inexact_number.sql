-- The close look of is_rounded. A large whole number is exact when it is the shortest text of its floating-point number,
-- as in JavaScript: 12345678901234567000 is, 12345678901234567001 is not.
create or replace function millrace.has_inexact_number(payload jsonb) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
-- The shortest text that reads back as the same number; a caller's session may have other ideas.
set extra_float_digits = 1
as $$
  select exists (
    select from jsonb_path_query(payload, 'strict $.** ? (@ > 9007199254740991 || @ < -9007199254740991)') as n
    where case
      when abs(n::numeric) > 1.7976931348623157e308 then true
      when n::numeric % 1 <> 0 or scale(n::numeric) > 0 then false
      else n::numeric::double precision::text::numeric <> n::numeric
    end
  )
$$;
