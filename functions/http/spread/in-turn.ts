// What any of several databases can tell: they are asked one after another.
import { type Api, type ApiRequest, withDatabase } from '#functions/http/api.ts';
import type { Database } from '#queue/database.ts';

/** See askOneAfterAnother, which only a deployment over several databases reads from its bundle. */
export async function askInTurn<Answer>(
  api: Api,
  request: ApiRequest,
  run: (database: Database, number: number) => Promise<Answer | undefined>,
  first?: number,
): Promise<Answer | undefined> {
  if (api.databases.length === 1) return withDatabase(api, request, (database) => run(database, 0));
  return (await import('./turns.ts')).askOneAfterAnother(api, request, run, first);
}

/** The secret of status tokens. first: a database that was called a moment ago, or has the message. */
export async function statusTokenKeyOf(api: Api, request: ApiRequest, first = 0): Promise<string> {
  const key = await askInTurn(api, request, (_, number) => api.statusTokenKey(number), first);
  return key ?? '';
}
