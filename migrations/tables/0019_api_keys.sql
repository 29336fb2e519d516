-- API keys are made by the database now: they may expire, are rotated and revoked, and one sees whether they are used.
alter table millrace.api_key
  add column expires_at timestamptz,
  add column revoked_at timestamptz,
  -- To the hour.
  add column last_used_at timestamptz,
  -- The key before the last rotation, and until when it goes on beside its successor.
  add column older_hash text constraint older_secret_is_unique unique,
  add column older_until timestamptz;

-- Who was logged in, beside the name that the caller gave. Lines from before this column do not know it.
alter table millrace.audit add column session_role text;
alter table millrace.audit alter column session_role set default session_user;
