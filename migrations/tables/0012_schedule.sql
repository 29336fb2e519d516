-- A schedule: a message type that is enqueued again and again. The code declares its rule and finds the due times;
-- this row says up to where that is done, which is what keeps each due time from being enqueued twice.
create table millrace.schedule (
  name text primary key,
  type text not null references millrace.message_type,
  -- The cron expression, or "every 3600 s".
  rule text not null,
  -- Null for an interval.
  time_zone text,
  -- "skip", "once" or {"all": 10}.
  catch_up jsonb not null,
  is_declared boolean not null default true,
  is_paused boolean not null default false,
  -- Due times before it are done with. Null: new, changed or resumed, so the next drain starts it from then on.
  next_due_at timestamptz constraint next_due_at_is_finite check (isfinite(next_due_at)),
  -- The newest due time that got its message.
  last_due_at timestamptz,
  -- When the code or an operator last changed it.
  updated_at timestamptz not null default statement_timestamp()
);
