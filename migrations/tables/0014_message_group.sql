-- Groups as rows. Who looks at a group's members to decide who may start locks the group's row: row locks live in the
-- rows, whereas each advisory lock would take a place in the server's lock table, which all databases of the server
-- share and which 10,000 groups in one transaction would fill.

-- What is written here must be true of whoever commits next, so writers are kept out until then.
lock table millrace.delivery in share row exclusive mode;

-- One row for each group of a queue that has live members. It is there to be locked, and says nothing more.
create table millrace.message_group (
  queue_id smallint not null,
  group_key text not null,
  constraint message_group_is_unique primary key (queue_id, group_key)
) with (
  -- A group of one message comes and goes with it; see delivery.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);

insert into millrace.message_group (queue_id, group_key)
select distinct d.queue_id, d.group_key
from millrace.delivery d
where d.group_key is not null;

-- Marks: groups that somebody must look at again, because whoever changed them could not lock their row and did not
-- wait. Usually empty. A group may have several marks: a unique index would make one writer wait for another one's
-- transaction, which is what marks are there to avoid.
create table millrace.disturbed_group (
  id bigint generated always as identity,
  queue_id smallint not null,
  group_key text not null,
  constraint disturbed_group_is_unique primary key (queue_id, id)
) with (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

-- Finds whether a group has a mark.
create index disturbed_group_by_key on millrace.disturbed_group (queue_id, group_key);

-- The order inside a group, its live members apart from its blocked ones: finds how many are live, and who comes next,
-- wherever in the group's order they stand. An index on live members alone would be one more to write for each message.
drop index millrace.delivery_in_group_order;
create index delivery_in_group_order on millrace.delivery (queue_id, group_key, isfinite(available_at), sequence)
  where group_key is not null;

-- Until the routines of this release are there, those of the one before go on enqueueing, and know no rows of groups.
-- They call this one, which marks what they join, so that the new routines look at it again.
create or replace function millrace.lock_new_groups(messages jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(key)
  from (
    select distinct hashtextextended(m."groupKey", s.queue_id) as key
    from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
    join millrace.subscription s on s.type = m.type
    where m."groupKey" is not null
    order by key
  ) as in_order;
  insert into millrace.disturbed_group (queue_id, group_key)
  select distinct s.queue_id, m."groupKey"
  from jsonb_to_recordset(messages) as m(type text, "groupKey" text)
  join millrace.subscription s on s.type = m.type
  where m."groupKey" is not null;
end
$$;
