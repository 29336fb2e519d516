-- Parcels that a claim has gathered: fresh single deliveries, which came one by one, under one lease in one row. Everything else
-- about a member is the same for all of a parcel; these two are its own, and parting the parcel gives them back.
-- Null for parcels that were enqueued as such. A gathered parcel is parted when its lease ends, so it is always leased.
alter table millrace.parcel
  add column sequences bigint[],
  add column available_ats timestamptz[],
  add constraint parcel_has_places check (
    num_nulls(sequences, available_ats) = 2
    or (
      lease_token is not null
      and cardinality(sequences) = cardinality(message_ids) and cardinality(available_ats) = cardinality(message_ids)
    )
  );

-- As the other lists: a gathered row of 100 members has 3.5 KB.
alter table millrace.parcel alter column sequences set storage plain, alter column available_ats set storage plain;
