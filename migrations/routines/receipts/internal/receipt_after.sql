-- The receipt of a delivery after a result has been settled: one row. settle_receipts calls it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.receipt_after(in_queue smallint, token uuid, result millrace.received)
returns setof millrace.receipt
language sql stable
as $$
  select result.id, in_queue,
    -- What is resent begins its next round, of which nothing is known yet.
    (result.round operator(pg_catalog.+) result.is_resent::integer)::smallint,
    (result.attempt operator(pg_catalog.-) (result.outcome operator(pg_catalog.=) any ('{snooze,release}'))::integer)::smallint,
    case
      when result.outcome operator(pg_catalog.<>) 'release' and not result.is_resent
        then result.outcome::millrace.attempt_outcome
    end,
    case when not result.is_resent then token end,
    null::timestamptz,
    case
      when result.outcome operator(pg_catalog.=) 'release' then pg_catalog.statement_timestamp()
      when not result.is_resent then pg_catalog.statement_timestamp() operator(pg_catalog.+) result.delay
    end,
    case
      when result.outcome operator(pg_catalog.=) any ('{done,dead}') then pg_catalog.statement_timestamp()
    end,
    current_date operator(pg_catalog.+) 30,
    null::smallint
$$;
