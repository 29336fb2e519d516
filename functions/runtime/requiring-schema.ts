// For whoever has no survey to begin with, which carries this question along (queue/routines/survey.ts).

import type { Database } from '#queue/database.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { requireSchema, SchemaTooOld } from '#queue/schema-needed.ts';

/** So long, in milliseconds, all calls are refused by one look at a schema that is too old. */
const lookAgainMs = 1_000;

/**
 * The same database, whose first statement waits for one look at its schema: a round trip for each start of a process. While
 * the schema is older than this release needs, every call throws SchemaTooOld and nothing is sent but a look, once a second.
 * So the calls go through as soon as the database is migrated. A schema does not become older, so then nobody looks again.
 */
export function requiringSchema(database: Database): Database {
  let looked: { readonly outcome: Promise<void>; until: number } | undefined;

  const look = (): Promise<void> => {
    const looking = { outcome: lookAt(database), until: Number.POSITIVE_INFINITY };
    looked = looking;
    looking.outcome.catch((error: unknown) => {
      // A look that was not answered says nothing, and is made again by the next call.
      looking.until = error instanceof SchemaTooOld ? monotonicMs() + lookAgainMs : 0;
    });
    return looking.outcome;
  };
  return {
    async query(text, parameters) {
      await (looked && monotonicMs() < looked.until ? looked.outcome : look());
      return database.query(text, parameters);
    },
  };
}

async function lookAt(database: Database): Promise<void> {
  const text = 'select millrace.schema_version() as version';
  requireSchema(onlyRow(await database.query<{ version: string }>(text)).version);
}
