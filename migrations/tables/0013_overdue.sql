-- Messages that outlived their type's retention because a live delivery or a dead letter needed them: looked at again
-- until nothing does.
create table millrace.overdue (
  message_id uuid primary key
);
