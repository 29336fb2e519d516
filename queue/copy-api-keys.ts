// API keys count in all databases of a deployment. The secret is made once, in the first one, and the others get its hash.
import type { Database } from './database.ts';

/** A row of the table of API keys, as JSON. It has no secret. */
export type ApiKeyRow = Readonly<Record<string, unknown>>;

/** All keys that a database has, also those that have ended; or that of one name. Only the owner may read them. */
export async function readApiKeys(database: Database, name?: string): Promise<ApiKeyRow[]> {
  const rows = await database.query<{ key: ApiKeyRow }>(
    'select to_json(k) as key from millrace.api_key k where k.name = coalesce($1, k.name) order by k.name',
    [name ?? null],
  );
  return rows.map(({ key }) => key);
}

/** Makes them count in another database as they do where they were read. May be repeated, and does nothing then. */
export async function copyApiKeys(database: Database, keys: readonly ApiKeyRow[]): Promise<void> {
  for (const key of keys)
    await database.query('select millrace.copy_api_key($1::jsonb)', [JSON.stringify(key)]);
}

/**
 * Revokes those that are in use in a database although another one has them as revoked, also when they were rotated meanwhile, as
 * copy_api_key has it. One of the same name that was made since is another key.
 */
export async function revokeApiKeys(
  database: Database,
  revoked: readonly ApiKeyRow[],
): Promise<void> {
  await database.query(
    `select millrace.revoke_api_key(k.name)
     from millrace.api_key k
     where k.revoked_at is null
       and exists (
         select from jsonb_array_elements($1) as r(key)
         where r.key ->> 'name' = k.name and r.key ->> 'secret_hash' in (k.secret_hash, k.older_hash)
       )`,
    [JSON.stringify(revoked)],
  );
}
