// The callers of the HTTP API that have API keys. The database never has a key itself, only its hash.
import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

/** Whose an API key is. */
export interface ApiKey {
  /** The caller's name, as the audit table gives it. */
  readonly name: string;
  /** What the caller may do: `enqueue:order.*`, `read`, `operate`. */
  readonly scopes: readonly string[];
}

/** An API key as operators see it. Instants are ISO 8601. */
export interface ApiKeyStatus extends ApiKey {
  readonly createdAt: string;
  /** To the hour; null when it never was. */
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/**
 * Finds the key whose secret has this SHA-256, written in lower-case hex; undefined when there is none that is in use.
 */
export async function findApiKey(
  database: Database,
  secretHash: string,
): Promise<ApiKey | undefined> {
  const [row] = await database.query<ApiKey>('select name, scopes from millrace.find_api_key($1)', [
    secretHash,
  ]);
  return row;
}

/** All of them, in the order of their names, with those that have ended. */
export async function listApiKeys(database: Database): Promise<readonly ApiKeyStatus[]> {
  const [row] = await database.query<{ keys: ApiKeyStatus[] }>(
    'select millrace.api_keys() as keys',
  );
  return row?.keys ?? [];
}

/**
 * Ends the key of this name, and answers since when it is revoked, ISO 8601. The actor is who the audit table names.
 * Throws an UnknownApiKey.
 */
export async function revokeApiKey(
  database: Database,
  name: string,
  actor: string,
): Promise<string> {
  const call = database.query<{ since: string }>(
    `select to_json(millrace.revoke_api_key($1, $2)) #>> '{}' as since`,
    [name, actor],
  );
  const [row] = await orUnknownName(name, call);
  return row?.since ?? '';
}
