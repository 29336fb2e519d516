-- What a handler tells of its work beside how it ended.

-- The newest report of the attempt that is running: {"token", "fraction", "note", "at"}. In no index, so a report is a
-- heap-only update.
alter table millrace.delivery add column progress jsonb;
-- What the handler has returned as its result.
alter table millrace.attempt add column result jsonb;
