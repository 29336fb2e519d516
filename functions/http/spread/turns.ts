// The order in which several databases are asked for what any of them can tell.
import type { Api, ApiRequest } from '#functions/http/api.ts';
import type { Database } from '#queue/database.ts';
import { isKnownAway } from './known-away.ts';
import { type Away, eachDatabase, isAway } from './outcome.ts';

/**
 * The first answer that is not undefined; undefined when no database that answers has one. Throws the failure of the first one when
 * all are away. first: whom to ask before the others, unless it is away.
 */
export async function askOneAfterAnother<Answer>(
  api: Api,
  request: ApiRequest,
  run: (database: Database, number: number) => Promise<Answer | undefined>,
  first?: number,
): Promise<Answer | undefined> {
  const each = eachDatabase(api, request, run);
  const away: Away[] = [];
  for (const number of inTurn(api, first)) {
    const outcome = await each.at(number);
    if (isAway(outcome)) away.push(outcome);
    else if (outcome.answer !== undefined) return outcome.answer;
  }
  if (away.length === each.count) throw away[0]?.error;
  return undefined;
}

/** All numbers in the order of chance, so that the databases share the load; those that are known to be away come last. */
export function inTurn({ databases }: Pick<Api, 'databases'>, first?: number): number[] {
  const begin = first !== undefined && first < databases.length ? first : chance(databases.length);
  const numbers = [...databases.keys()];
  const turned = [...numbers.slice(begin), ...numbers.slice(0, begin)];
  const away = (number: number) => {
    const database = databases[number];
    return database !== undefined && isKnownAway(database);
  };
  return [...turned.filter((number) => !away(number)), ...turned.filter(away)];
}

const chance = (count: number) => Math.floor(Math.random() * count);
