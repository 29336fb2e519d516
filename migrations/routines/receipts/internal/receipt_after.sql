-- The receipt of a delivery after a result has been settled. settle_receipts calls it.
create or replace function millrace.receipt_after(in_queue smallint, token uuid, result millrace.received)
returns millrace.receipt
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select (
    result.id, in_queue,
    -- What is resent begins its next round, of which nothing is known yet.
    result.round + result.is_resent::integer,
    result.attempt - (result.outcome in ('snooze', 'release'))::integer,
    case when result.outcome <> 'release' and not result.is_resent then result.outcome::millrace.attempt_outcome end,
    case when not result.is_resent then token end,
    null,
    case
      when result.outcome = 'release' then statement_timestamp()
      when not result.is_resent then statement_timestamp() + result.delay
    end,
    case when result.outcome in ('done', 'dead') then statement_timestamp() end,
    current_date + 30
  )::millrace.receipt
$$;
