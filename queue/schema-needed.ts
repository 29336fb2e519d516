// What this release demands of the database's schema. Code on an older one would go wrong late and at odd places, or not
// be noticed at all, so everything that is about to work on a database asks first (routines/survey.ts,
// functions/runtime/requiring-schema.ts). A newer schema is fine: releases expand first and contract later.
import { NamedError } from './named-error.ts';

/** The number of the newest table file of this release. A test holds it to migrations/tables and to millrace.schema_version. */
export const schemaNeeded = '0047';

/** What mends a schema that is missing or too old. */
export const howToMigrate =
  'run "npx millrace migrate" or invoke the migration function, whose name is the output MigrationFunction of the stack';

/**
 * A database whose schema is that of an older release. Nothing was claimed or stored there, and the same call may be made
 * again: it goes through as soon as the schema is migrated. The message says what to run.
 *
 * @example
 * ```ts
 * await drain(options).catch((error) => {
 *   if (!(error instanceof SchemaTooOld)) throw error;
 *   console.error(error.message);
 * });
 * ```
 */
export class SchemaTooOld extends NamedError {
  /** The name of the class, in bundles too. */
  static override readonly name = 'SchemaTooOld';
  /** The version that the database has, such as "0022": four digits. */
  readonly found: string;

  constructor(found: string) {
    super(
      `the database's schema is ${found} and this release needs ${schemaNeeded} or newer: ${howToMigrate}`,
    );
    this.found = found;
  }
}

/** Takes the answer of millrace.schema_version. Throws SchemaTooOld when this release needs a newer one. */
export function requireSchema(found: string): void {
  // Asked so that no version at all, as of a ledger that somebody has emptied, is too old as well.
  if (!(found >= schemaNeeded)) throw new SchemaTooOld(found);
}
