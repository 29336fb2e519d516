// Chords that are open, and those among them that never end unless somebody mends something.
import type { OpenChord } from '#client/chord-answers.ts';
import type { Operations } from '#client/operations.ts';
import { type Finding, ok } from './finding.ts';

type Found = Omit<Finding, 'check'>;

/** As many as a page has, the oldest: what is refused stays open, so it is among them sooner or later. */
const mostChords = 200;

export async function chords(operations: Operations): Promise<readonly Found[]> {
  const { items, nextCursor } = await operations.chords({ limit: mostChords });
  const refused = items.flatMap(refusedOnes);
  if (refused.length > 0) return refused;
  return [ok(`${items.length}${nextCursor === null ? '' : ' or more'} open, none refused`)];
}

function refusedOnes({ id, followedBy, refusal }: OpenChord): Found[] {
  if (!refusal) return [];
  return [
    {
      level: 'bad',
      says: `${followedBy.type} cannot follow ${id}: ${refusal.reason}`,
      means: 'the chord stays open, and nothing follows it',
      todo: `deploy code that takes it, or: npx millrace chord ${id} --cancel`,
    },
  ];
}
