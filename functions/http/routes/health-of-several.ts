import type { Partly } from '#client/common-answers.ts';
import type { Api, ApiRequest } from '#functions/http/api.ts';
import { eachDatabase } from '#functions/http/spread/outcome.ts';
import { askAll, numbersOf } from '#functions/http/spread/spread.ts';
import { databaseHealth, type Health } from '#queue/operate/health.ts';

/** As long as one takes writes the API does its work, without those that it names. */
export async function healthOfSeveral(api: Api, request: ApiRequest): Promise<Health & Partly> {
  const each = eachDatabase<Health | undefined>(api, request, databaseHealth);
  const { found, away } = await askAll(each, numbersOf(each));
  if (found.length === 0) throw away[0]?.error;
  const well = found.filter(({ answer }) => answer.isWritable).map(({ number }) => number);
  const [schemaVersion = ''] = found.map(({ answer }) => answer.schemaVersion).toSorted();
  const others = numbersOf(each).filter((number) => !well.includes(number));
  return {
    ...{ schemaVersion, isWritable: well.length > 0 },
    ...(others.length > 0 && { databasesAway: others }),
  };
}
