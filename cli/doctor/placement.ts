// Whether a database is what its place among all says, and whether the last growth has come to its end.
import type { Database } from '#queue/database.ts';
import { isNothingLeft, leftOfGrowth, readPlacement } from '#queue/routines/placement.ts';
import type { NumberedDatabase } from '#queue/routines/sync.ts';
import { type Check, type Finding, ok } from './finding.ts';
import { faultOf } from './spread.ts';

export const placementChecks = (database: Database, place: NumberedDatabase): readonly Check[] => [
  { name: 'placement', look: () => placement(database, place) },
];

async function placement(
  database: Database,
  { number, databases }: NumberedDatabase,
): Promise<readonly Omit<Finding, 'check'>[]> {
  const found = await readPlacement(database);
  const fault = faultOf(found, number, databases);
  if (fault !== null)
    return [
      {
        level: 'bad',
        says: fault,
        means: 'the messages of a group may be looked for, and put, where they do not belong',
        todo: 'DATABASE_URL="…" npx millrace databases',
      },
    ];
  if (found === null) return [ok('the only database of its deployment')];
  const says = `number ${number} of ${databases}, from 0`;
  if (found.before === null) return [ok(says)];
  const isOver = isNothingLeft(await leftOfGrowth(database));
  return [
    {
      level: 'warn',
      says: `${says}, and the growth from ${found.before} is under way`,
      means: isOver
        ? 'nothing is left of it here'
        : 'groups and keys of before still count where they are',
      todo: 'DATABASE_URL="…" npx millrace databases tells what is left, and ends it',
    },
  ];
}
