// What a route declares of several databases: how it combines them (several.ts), by name, so that this code is read only where there
// are several.
import * as z from 'zod';
import type { several } from './several.ts';

/** As answers describe it. */
export const databasesAway = z
  .array(z.int())
  .exactOptional()
  .describe('The numbers of databases that did not answer, and are left out.');

export interface DeclaredSpread {
  readonly name: keyof typeof several;
  /** Whether it answers without those databases that are away, and names them. */
  readonly isPartial?: true;
  /** Whether it is a list in which each database has a cursor of its own. */
  readonly isPaged?: true;
  /** Whether it is about the message in the path, and so for the database that has it. */
  readonly isOfMessage?: true;
}

type Name = DeclaredSpread['name'];

/** For what only database 0 has, such as schedules. */
export const ofFirst: DeclaredSpread = { name: 'first' };
/** For the database that has the message. */
export const atHolder: DeclaredSpread = { name: 'holder', isOfMessage: true };
/** For the database that has what the path names, if that is no message. */
export const whereItIs: DeclaredSpread = { name: 'holder' };
/** A read of all databases. */
export const ofAll = (name: Name): DeclaredSpread => ({ name, isPartial: true });
/** A list over all databases. */
export const inPages = (name: Name): DeclaredSpread => ({ name, isPartial: true, isPaged: true });
/** A change that is carried out in all databases. */
export const inAll = (name: Name): DeclaredSpread => ({ name });
