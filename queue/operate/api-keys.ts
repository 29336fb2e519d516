import type { Database } from '#queue/database.ts';

export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Finds the caller whose key has this SHA-256, written in hex; undefined when nobody's has. */
export async function findApiKey(
  database: Database,
  secretHash: string,
): Promise<ApiKey | undefined> {
  const [row] = await database.query<ApiKey>('select name, scopes from millrace.find_api_key($1)', [
    secretHash,
  ]);
  return row;
}
