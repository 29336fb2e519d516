// The answer of a route over several databases.
import type { Api, ApiRequest } from '#functions/http/api.ts';
import { heldStatus } from '#functions/http/spread/holder.ts';
import { eachDatabase } from '#functions/http/spread/outcome.ts';
import type { Spread } from '#functions/http/spread/spread.ts';
import type { Database } from '#queue/database.ts';
import { several } from './several.ts';
import type { DeclaredSpread } from './spread.ts';
import { unknownName } from './unknown-name.ts';

interface Gathering<Asked, Answer> {
  readonly spread: DeclaredSpread;
  readonly isOnceOnly?: boolean | undefined;
  readonly run: (database: Database, asked: Asked) => Promise<Answer | undefined>;
}

/** Makes the call in those databases that the route's spread is for. */
export function gathered<Asked extends { readonly target: string }, Answer extends object>(
  api: Api,
  request: ApiRequest,
  asked: Asked,
  { spread: { name, isOfMessage }, isOnceOnly, run }: Gathering<Asked, Answer>,
): Promise<Answer | undefined> {
  const each = eachDatabase<Answer | undefined, Asked>(
    api,
    request,
    async (database, number, ofThis = asked) => {
      if (isOfMessage && !(await heldStatus(database, asked.target))) return undefined;
      return run(database, { ...ofThis, number }).catch(undefinedUnless(isOfMessage));
    },
    { isOnceOnly },
  );
  // The name stands for what the route's own answers are merged by.
  const spread = several[name] as unknown as Spread<Asked, Answer>;
  return spread.gather(each, asked);
}

/** A name that one of several databases does not know may be known to another, unless the others are not asked. */
const undefinedUnless = (isOfMessage: boolean | undefined) => (error: unknown) => {
  if (isOfMessage || unknownName(error) === undefined) throw error;
  return undefined;
};
