import type { Client } from 'pg';

/** Takes away what calls that were rolled back have left behind: it is no cost of the next. */
export const sweep = (client: Client) =>
  client.query('vacuum (index_cleanup on) millrace.delivery, millrace.parcel');
