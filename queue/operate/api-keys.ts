import type { Database } from '#queue/database.ts';

/** What the database knows of an API key. It never has the secret, only its hash. */
export interface ApiKey {
  /** The caller's name, as the audit table gives it. */
  readonly name: string;
  /** What the caller may do: `enqueue:order.*`, `read`, `operate`. */
  readonly scopes: readonly string[];
}

/** Finds the key whose secret has this SHA-256, written in lower-case hex; undefined when there is none. */
export async function findApiKey(
  database: Database,
  secretHash: string,
): Promise<ApiKey | undefined> {
  const [row] = await database.query<ApiKey>('select name, scopes from millrace.find_api_key($1)', [
    secretHash,
  ]);
  return row;
}
