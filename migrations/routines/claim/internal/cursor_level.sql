-- One element of a cursor: where the next claim of a drain starts in one priority level, namely behind these positions, the
-- first two of single deliveries, the others of parcels.
create or replace function millrace.cursor_level(
  priority smallint, available_at timestamptz, sequence bigint, parcel_at timestamptz, parcel_sequence bigint
) returns json
language sql stable
as $$
  select pg_catalog.json_build_object(
    'priority', priority, 'availableAt', available_at, 'sequence', sequence,
    'parcelAt', parcel_at, 'parcelSequence', parcel_sequence
  )
$$;
