-- What a dead letter died of, as 16 hexadecimal digits: the same for letters of a queue and a type whose errors have the same
-- name, and messages that differ in numbers, uuids, hexadecimal words and quoted texts alone. fits_filter, dead_letters and
-- dead_letter_groups ask. It goes by the queue's name: of several databases each numbers its queues by itself, and what killed a
-- letter is the same in all of them. The cost lets the planner look at everything else first.
create or replace function millrace.error_fingerprint(queue text, type text, error jsonb) returns text
language plpgsql immutable cost 1000
set search_path = pg_catalog, pg_temp
as $$
declare
  -- A consumer in another language may have recorded any JSON, of any length.
  message constant text := left(coalesce(error ->> 'message', error #>> '{}'), 2000);
  kind constant text := regexp_replace(
    message,
    -- In the order of the text, and of what begins at one place the longest. An apostrophe within a word quotes nothing.
    '"[^"]*"|“[^”]*”|`[^`]*`|(?<![[:alnum:]])''[^'']*'''
      '|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]+|\m[0-9a-f]*[0-9][0-9a-f]*\M|[0-9]+([.,:][0-9]+)*',
    '?', 'gi'
  );
begin
  return left(
    encode(
      -- The last of what was cut off may be half of a number, or of a quoted text.
      sha256(convert_to(concat_ws(chr(10), queue, type, error ->> 'name', left(kind, 500)), 'UTF8')),
      'hex'
    ),
    16
  );
end
$$;
