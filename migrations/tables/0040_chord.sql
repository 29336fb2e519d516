-- Chords: sets of messages with an end. When all members of one have ended, the message that follows is enqueued.

create table millrace.chord (
  id uuid constraint chord_is_unique primary key,
  created_at timestamptz not null default statement_timestamp(),
  -- The login, which may repeat the call.
  enqueued_by oid not null,
  -- The message that follows, as it was given. It gets its id when the chord ends: one made now would lie, and be erased, among
  -- messages that are as old as the chord.
  follower jsonb not null,
  -- A member that was live when somebody looked last, or the last that was found to have ended. While it lives there is no use in
  -- looking at others, and all before it have been counted, but for those that were added late.
  waits_for uuid not null,
  ended_at timestamptz,
  -- The message that followed; null for a chord that was cancelled.
  follower_id uuid,
  -- Why the database refuses to enqueue the message that follows, while it does: {code, reason}.
  refusal jsonb,
  constraint chord_ends_before_it_is_followed check (follower_id is null or ended_at is not null)
) with (
  -- What waits_for names changes as members end.
  fillfactor = 70
);

-- Finds what a sweep has to look at. A chord leaves it once, at its end.
create index chord_that_is_open on millrace.chord (id) where ended_at is null;

-- Finds what is past its retention.
create index chord_by_end on millrace.chord (ended_at) where ended_at is not null;

-- The members of chords, up to 100 in a row: those of one call whose ids lie in one span of 256 ms (see span_start). The counts are
-- null until all of a row have ended, or the chord was cancelled.
create table millrace.chord_members (
  chord_id uuid not null,
  -- The first of message_ids.
  first_id uuid not null,
  message_ids uuid[] not null constraint chord_members_are_few check (cardinality(message_ids) between 1 and 100),
  done smallint,
  dead smallint,
  cancelled smallint,
  constraint chord_members_are_counted_together check (num_nulls(done, dead, cancelled) in (0, 3))
);

-- Never compressed and never put elsewhere: a row of 100 members has 1.7 KB.
alter table millrace.chord_members alter column message_ids set storage plain;

-- Finds a message's chord, by its span.
create index chord_members_by_message on millrace.chord_members (first_id);

-- Finds a chord's members.
create index chord_members_by_chord on millrace.chord_members (chord_id, first_id);

-- Finds those that have not been counted: whom a sweep looks at next, and what retention must not erase.
create index chord_members_uncounted on millrace.chord_members (chord_id, first_id) where done is null;
create index chord_members_uncounted_by_message on millrace.chord_members (first_id) where done is null;
