-- Cuts deliveries of one queue, priority and span into equal pieces of at most 100, and says which of them become parcels.
-- Fewer than 10 in all do not: what one row saves there is less than what parting it costs. Nor does a piece of more than
-- 1 MiB, since a claim that has room for less must part it. ids: in the
-- order of the enqueue, in which a piece's place counts; sizes: the kib of each, see delivery.
create or replace function millrace.pieces_of(ids uuid[], sizes smallint[])
returns table (place integer, message_ids uuid[], kibs smallint[], is_parcel boolean)
language plpgsql stable rows 2
set search_path = pg_catalog, pg_temp
as $$
declare
  members constant integer := cardinality(ids);
  most constant integer := ceil(members / ceil(members / 100.0));
begin
  for before in 0..members - 1 by most loop
    place := before;
    message_ids := ids[before + 1:before + most];
    kibs := sizes[before + 1:before + most];
    is_parcel := members >= 10 and (select sum(k) from unnest(kibs) as k) <= 1024;
    return next;
  end loop;
end
$$;
