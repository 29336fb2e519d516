-- Handlers in steps may sleep between them: a sleep has its place among the steps, and is recorded when it begins.
alter table millrace.step
  add column kind text not null default 'step' constraint step_kind_is_known check (kind in ('step', 'sleep')),
  -- When a sleep is over. Its delivery is given back until then.
  add column due_at timestamptz,
  -- Null while it sleeps.
  alter column finished_at drop not null,
  add constraint only_sleeps_are_due check ((kind = 'sleep') = (due_at is not null)),
  add constraint only_sleeps_are_open check (kind = 'sleep' or finished_at is not null);
