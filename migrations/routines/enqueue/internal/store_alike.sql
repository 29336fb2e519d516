-- Stores several messages of one type that have no option but their ids, and answers the status that all of them have. Null, with
-- nothing stored, when they are not fit for it, or it is not certain that they are: enqueue_many is for them then.
-- enqueue_plain calls it, whose parameters it has.
-- Of a login that acts_for_others it is believed what TypeScript sees in its payloads at little cost: how large they are, that
-- none is nested too deeply, that no reader of JSON would round a number of theirs, and that none has an exponent, by which a
-- short text would become a long one. They are stored as they are written. Other logins' payloads are measured and looked
-- through, as jsonb.
-- Without settings of its own, which would take a twentieth of the time of storing one message: enqueue_plain's hold for it.
create or replace function millrace.store_alike(type text, ids uuid[], kib smallint, payloads json) returns text
language plpgsql
as $$
declare
  members constant integer := cardinality(ids);
  login constant oid := quote_ident(session_user)::regrole;
  -- What is enqueued by one call has mostly been made in one span, as the members of a parcel must be.
  first_id constant uuid := millrace.span_start(ids[1]);
  last_id constant uuid := millrace.span_end(ids[1]);
  -- As they are written, a text may have \u0000 or half of a surrogate pair, at which whoever looks at the message later would
  -- fail. Few have any such sign at all, and reading those as jsonb finds out.
  is_believed constant boolean := millrace.acts_for_others() and strpos(payloads::text, '\u') = 0;
  looked_through jsonb;
  kibs smallint[];
  queues smallint[];
  stored integer;
begin
  select t.plain_queues into queues from millrace.message_type t where t.name = store_alike.type;
  -- The last id tells mostly that not all are of one span, before anything is stored in vain.
  if queues is null or ids[members] > last_id then
    return null;
  end if;
  if is_believed then
    kibs := array_fill(kib, array[members]);
  else
    looked_through := payloads;
    kibs := millrace.measured_kibs(looked_through);
    payloads := looked_through;
  end if;
  if kibs is null or (kib between 1 and 256) is not true then
    return null;
  end if;

  insert into millrace.message (id, type, payload, enqueued_by)
  select e.id, store_alike.type, e.payload, login
  from rows from (unnest(ids), json_array_elements(payloads)) as e(id, payload)
  -- Without an id or without a payload, there are more of the others: neither may be null.
  where e.id is null or e.id between first_id and last_id and get_byte(uuid_send(e.id), 6) >> 4 = 7;
  get diagnostics stored = row_count;
  if stored < members then
    raise 'a message is not fit to be stored' using errcode = 'MR002';
  end if;

  perform millrace.deliver_alike(ids, kibs, queues);
  return case when queues = '{}' then 'done' else 'pending' end;
exception
  -- An id is there already, which only the primary key can tell for certain; a partition came into being meanwhile, see
  -- make_partition; or a message is not fit. Whatever was stored until then is taken back.
  when unique_violation or check_violation or not_null_violation or sqlstate 'MR002' then
    return null;
end
$$;
