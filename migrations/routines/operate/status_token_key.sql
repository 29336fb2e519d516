-- What status tokens are signed with. The http function asks once at each start, by the statement that looks at the schema
-- anyway; whoever may not read every message must not be able to ask.
create or replace function millrace.status_token_key() returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.status_token_key from millrace.setting s
$$;

comment on function millrace.status_token_key is
  'Answers the secret that status tokens are signed with. Who has it can make a token for any message.';
grant execute on function millrace.status_token_key to millrace_operator;
