-- What status tokens are signed with: whoever has enqueued a message gets one and may ask for that message alone. Two random
-- uuids have 244 bits that nobody can guess.
alter table millrace.setting
  add column status_token_key text not null
  default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
