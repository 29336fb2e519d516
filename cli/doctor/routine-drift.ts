// Whether the routines in the database are those of this release, to the letter: not only what the ledger says was applied, but
// what is there now. Somebody may have mended one by hand.

import type { RoutineFile } from '#migrations/routine-file.ts';
import type { Database } from '#queue/database.ts';
import { expectedSchema } from './expected-schema.ts';
import { type Finding, ok } from './finding.ts';

interface Routine {
  readonly name: string;
  readonly body: string;
  readonly isDefiner: boolean;
  /** Such as "search_path=pg_catalog, pg_temp". */
  readonly settings: readonly string[];
}

type Found = Omit<Finding, 'check'>;

export async function routineDrift(database: Database): Promise<readonly Found[]> {
  const actual = await database.query<Routine>(
    `select p.proname as name, p.prosrc as body, p.prosecdef as "isDefiner", coalesce(p.proconfig, '{}') as settings
     from pg_proc p where p.pronamespace = 'millrace'::regnamespace
     union all
     select c.relname, '', false, '{}' from pg_class c
     where c.relnamespace = 'millrace'::regnamespace and c.relkind = 'v'`,
  );
  const { routines } = await expectedSchema();
  const waiting = await notApplied(database, routines);
  if (waiting.length > 0)
    return [
      {
        level: 'bad',
        says: `${waiting.length} routines are another release's, such as ${waiting[0]}`,
        means: 'migrations have not been run since this release was installed',
        todo: 'npx millrace migrate',
      },
    ];
  const findings = routines.flatMap((file) =>
    file.defines.flatMap((name) => compare(name, file, actual)),
  );
  const count = routines.flatMap(({ defines }) => defines).length;
  return findings.length > 0 ? findings : [ok(`all ${count} are this release's, to the letter`)];
}

/** What the ledger has with another text than this release, as far as the login may read it. */
async function notApplied(
  database: Database,
  routines: readonly RoutineFile[],
): Promise<readonly string[]> {
  const ledger = await database
    .query<{ name: string; checksum: string }>(
      `select name, checksum from millrace.migration
     where name like 'millrace.%'`,
    )
    // An operator may not read it, and sees what differs all the same.
    .catch(() => undefined);
  if (!ledger) return [];
  const applied = new Map(ledger.map(({ name, checksum }) => [name, checksum]));
  return routines.flatMap(({ defines, checksum }) =>
    defines.filter((name) => applied.get(`millrace.${name}`) !== checksum),
  );
}

function compare(
  name: string,
  { text }: RoutineFile,
  actual: readonly Routine[],
): readonly Found[] {
  const found = actual.filter((routine) => routine.name === name);
  const [routine, ...others] = found;
  if (!routine) return [different(`${name} is missing`, 'what calls it fails')];
  if (others.length > 0)
    return [
      different(
        `${name} is there ${found.length} times, with other parameters`,
        'calls may reach the wrong one',
      ),
    ];
  const expected = definitionOf(name, text);
  // A view's text is not kept as it was written.
  if (!expected) return [];
  if (expected.body !== routine.body)
    return [different(`${name} has another text than this release's`, 'it may do something else')];
  if (expected.isDefiner !== routine.isDefiner || expected.settings !== routine.settings.length)
    return [
      different(
        `${name} has other settings than this release's`,
        'it may run with other rights or plans',
      ),
    ];
  return [];
}

/** What a file says of one of its functions. */
function definitionOf(name: string, text: string) {
  const begin = text.search(new RegExp(`^create or replace function millrace\\.${name}\\(`, 'm'));
  if (begin < 0) return undefined;
  const [head = '', body = ''] = text.slice(begin).split('$$');
  return {
    body,
    isDefiner: /\bsecurity definer\b/.test(head),
    settings: [...head.matchAll(/^set \w+/gm)].length,
  };
}

const different = (says: string, means: string): Found => ({
  level: 'bad',
  says,
  means,
  // The ledger is the owner's; a routine that it does not know is applied again.
  todo: `delete from millrace.migration where name like 'millrace.${says.split(' ')[0]}'; then npx millrace migrate`,
});
