-- Whether a dead letter of a queue of this name fits a filter, but for its "ids" and "queue", which say where to look for letters:
-- matching_dead_letters and lock_dead_letters do. Without settings of its own, so that Postgres can put it into their
-- statements, and "before" and "after" become ends of the walk along the index.
create or replace function millrace.fits_filter(letter millrace.dead_letter, queue text, filter jsonb) returns boolean
language sql stable
as $$
  select letter.died_at < coalesce((filter ->> 'before')::timestamptz, 'infinity')
    and letter.died_at >= coalesce((filter ->> 'after')::timestamptz, '-infinity')
    and (filter ->> 'type' is null or letter.type = filter ->> 'type')
    and (filter ->> 'error' is null or strpos(lower(letter.error ->> 'message'), lower(filter ->> 'error')) > 0)
    and (
      filter ->> 'fingerprint' is null
      or millrace.error_fingerprint(queue, letter.type, letter.error) = filter ->> 'fingerprint'
    )
$$;
