// Time travel: rows are moved, the database's clock stays as it is.
import type { TestDatabase } from './database.ts';

/** Every lease ran out a second ago. */
export async function expireLeases({ query }: TestDatabase): Promise<void> {
  await query(
    `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 second'
     where lease_expires_at is not null`,
  );
  await query(
    `update millrace.parcel set lease_expires_at = statement_timestamp() - interval '1 second'
     where lease_expires_at is not null`,
  );
}

/** Whatever waits for a later time is due now. */
export async function makeDue({ query }: TestDatabase): Promise<void> {
  await query(
    `update millrace.delivery set available_at = statement_timestamp()
     where lease_expires_at is null and available_at < 'infinity' and available_at > statement_timestamp()`,
  );
}
