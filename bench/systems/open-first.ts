/**
 * Has a system's first connection opened before the clock starts, as it is with graphile-worker and pg-boss: they ask their schema
 * something as soon as they are made.
 */
export async function openFirst(database: {
  query(text: string): Promise<unknown>;
}): Promise<void> {
  await database.query('select 1');
}
