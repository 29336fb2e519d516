// Time travel: rows are moved, the database's clock stays as it is.
import type { TestDatabase } from './database.ts';

/** Every lease ran out a second ago. */
export async function expireLeases({ query }: TestDatabase): Promise<void> {
  for (const table of ['delivery', 'parcel'])
    await query(
      `update millrace.${table} set lease_expires_at = statement_timestamp() - interval '1 second'
       where lease_expires_at is not null`,
    );
}

/** No delivery is in a parcel any more: what is done to rows of delivery then meets all. */
export async function partAll({ query }: Pick<TestDatabase, 'query'>): Promise<void> {
  await query('select millrace.part(array(select p.ctid from millrace.parcel p))');
}

/** Whatever waits for a later time is due now. */
export async function makeDue({ query }: TestDatabase): Promise<void> {
  await query(
    `update millrace.delivery set available_at = statement_timestamp()
     where lease_expires_at is null and available_at > statement_timestamp() and available_at < millrace.held_back_from()`,
  );
}
