-- The ids of copies that SQS has brought, each once, in their order. copies is [{message}], message as SQS's has it. receive,
-- settle_received and bury_received call it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.copied_ids(copies jsonb) returns uuid[]
language sql immutable
as $$
  select array(select distinct c.id from millrace.copies_of(copies) as c order by c.id)
$$;
