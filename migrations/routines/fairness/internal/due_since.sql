-- Since when a delivery is due: of one that stands at a turn, or is held back, what was put aside in due_at; of all others,
-- available_at.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.due_since(available_at timestamptz, due_at timestamptz) returns timestamptz
language sql stable
as $$
  select case
    when available_at operator(pg_catalog.<) '2000-01-01 00:00:00+00'::timestamptz
      or available_at operator(pg_catalog.>=) '10000-01-01 00:00:00+00'::timestamptz
      then coalesce(due_at, available_at)
    else available_at
  end
$$;
