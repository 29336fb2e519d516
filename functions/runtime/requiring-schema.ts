// For whoever has no survey to begin with, which carries this question along (queue/routines/survey.ts).

import type { Database } from '#queue/database.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { requireSchema, SchemaTooOld } from '#queue/schema-needed.ts';

/** So long, in milliseconds, all calls are refused by one look at a schema that is too old. */
const lookAgainMs = 1_000;
/** No such routine. */
const unknownFunction = '42883';

/** A database whose schema is new enough. */
export interface LookedAtDatabase extends Database {
  /** The secret that status tokens are signed with. The look brings it, so this sends nothing once there was one. */
  readonly statusTokenKey: () => Promise<string>;
}

/**
 * The same database, whose first statement waits for one look at its schema: a round trip for each start of a process. While
 * the schema is older than this release needs, every call throws SchemaTooOld and nothing is sent but a look, once a second.
 * So the calls go through as soon as the database is migrated. A schema does not become older, so then nobody looks again.
 */
export function requiringSchema(database: Database): LookedAtDatabase {
  let looked: { readonly outcome: Promise<string>; until: number } | undefined;

  const look = (): Promise<string> => {
    const looking = { outcome: lookAt(database), until: Number.POSITIVE_INFINITY };
    looked = looking;
    looking.outcome.catch((error: unknown) => {
      // A look that was not answered says nothing, and is made again by the next call.
      looking.until = error instanceof SchemaTooOld ? monotonicMs() + lookAgainMs : 0;
    });
    return looking.outcome;
  };
  const statusTokenKey = () => (looked && monotonicMs() < looked.until ? looked.outcome : look());
  return {
    statusTokenKey,
    async query(text, parameters) {
      await statusTokenKey();
      return database.query(text, parameters);
    },
  };
}

interface Look {
  readonly version: string;
  readonly key: string;
}

async function lookAt(database: Database): Promise<string> {
  const text = 'select millrace.schema_version() as version, millrace.status_token_key() as key';
  try {
    const { version, key } = onlyRow(await database.query<Look>(text));
    requireSchema(version);
    return key;
  } catch (error) {
    // An older schema has no such key, and is to be told of by its version.
    if (errorCode(error) !== unknownFunction) throw error;
    const [found] = await database.query<Look>('select millrace.schema_version() as version');
    requireSchema(found?.version ?? '');
    throw error;
  }
}
