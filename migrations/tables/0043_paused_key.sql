-- Keys of fair queues that an operator has paused. Claims read it, and take what they meet of such a key out of the line.
create table millrace.paused_key (
  queue_id smallint not null,
  fairness_key text not null,
  paused_at timestamptz not null default now(),
  -- Set while what was held back is seated again, a portion at a time; then the row goes.
  resumed_at timestamptz,
  -- How far that has come: nothing is held back before this.
  seated_level smallint not null default 1,
  seated_through timestamptz not null default '-infinity',
  constraint paused_key_is_unique primary key (queue_id, fairness_key)
);
