-- Every claim that a settle was given, in whichever of its two forms, as rows of id and token. settle_report and
-- give_back_places read it.
-- Without a "set search_path" of its own, so that Postgres can inline it; see is_traceparent.
create or replace function millrace.claims_to_settle(results jsonb, done jsonb) returns table (id uuid, token uuid)
language sql immutable
as $$
  select r.id, r.token
  from pg_catalog.jsonb_to_recordset(results) as r(id uuid, token uuid)
  union all
  select each.id, c.token
  from pg_catalog.jsonb_to_recordset(done) as c(token uuid, ids uuid[])
  cross join lateral pg_catalog.unnest(c.ids) as each(id)
$$;
