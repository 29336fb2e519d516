-- All finished attempts of a message, in whatever table they are kept, in no order. Reads by a message's id come here, except for
-- views: whoever reads a view needs the right to call what it calls.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.attempts_of(id uuid) returns setof millrace.attempt
language sql stable
as $$
  select a.*
  from millrace.attempt a
  where a.message_id operator(pg_catalog.=) attempts_of.id
  union all
  select attempts_of.id, d.lease_token,
    d.finished_at operator(pg_catalog.-) pg_catalog.make_interval(secs => m.run_ms operator(pg_catalog./) 1000),
    d.finished_at, case d.attempt when 0 then 'relayed' else 'done' end::millrace.attempt_outcome, d.queue_id, d.attempt,
    null, null
  from millrace.done_attempts d
  cross join lateral (
    select d.run_ms[pg_catalog.array_position(d.message_ids, attempts_of.id)]::double precision
  ) as m(run_ms)
  where d.first_id operator(pg_catalog.>=) millrace.span_start(attempts_of.id)
    and d.first_id operator(pg_catalog.<=) millrace.span_end(attempts_of.id)
    and attempts_of.id operator(pg_catalog.=) any (d.message_ids)
$$;
