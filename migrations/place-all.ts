// Tells each database of a deployment which of how many it is, and lets the deployment grow.

import { type ApiKeyRow, copyApiKeys, readApiKeys, revokeApiKeys } from '#queue/copy-api-keys.ts';
import type { Log } from '#queue/log.ts';
import { type Placement, place, readPlacement } from '#queue/routines/placement.ts';
import { endGrowths, GrowthHeld, type InDatabase, sentenceOfLeft } from './end-growths.ts';
import { inTransaction } from './transaction.ts';

export interface PlacingOfAll {
  /** How many there are. */
  readonly databases: number;
  /** Whether the first of them was made a moment ago, so that there is nothing that could have to move. */
  readonly isNew: boolean;
  readonly inDatabase: InDatabase;
  readonly log: Log;
}

/**
 * Places all databases, which knownDatabases has found fit for it, and ends the last growth as far as that is settled.
 */
export async function placeAll({ databases, isNew, inDatabase, log }: PlacingOfAll): Promise<void> {
  const placements: (Placement | null)[] = [];
  for (let number = 0; number < databases; number += 1)
    placements.push(await inDatabase(number, readPlacement));
  const known = Math.max(1, ...placements.map((placement) => placement?.databases ?? 1));
  if (placements.some((placement) => placement?.databases !== databases)) {
    const before = known === databases ? begunGrowth(placements, databases) : isNew ? null : known;
    // The last one first: wherever a database sends a group to, that one knows already what to do with it.
    for (let number = databases - 1; number >= 0; number -= 1)
      await inDatabase(number, (session) =>
        inTransaction(session, () => place(session, { number, databases, before })),
      );
    log.info('placed', { databases, before });
  }
  await shareStatusTokenKey(databases, inDatabase);
  await shareApiKeys(databases, inDatabase);
  const left = await endGrowths(databases, inDatabase).then(sentenceOfLeft, (error: unknown) => {
    // What is migrated is so all the same.
    if (error instanceof GrowthHeld) return error.message;
    throw error;
  });
  if (left !== '') log.info('the growth is not settled', { left });
}

/** A token that was made of one database's secret opens the status of its message wherever that is. */
async function shareStatusTokenKey(databases: number, inDatabase: InDatabase): Promise<void> {
  const [first] = await inDatabase(0, (session) =>
    session.query<{ key: string }>('select millrace.status_token_key() as key'),
  );
  for (let number = 1; number < databases; number += 1)
    await inDatabase(number, (session) =>
      session.query(
        'update millrace.setting set status_token_key = $1 where status_token_key <> $1',
        [first?.key],
      ),
    );
}

/**
 * A database that was added lacks all of them, and one that was away what has changed since. That may be the first one, which then has
 * not heard that a key was revoked.
 */
async function shareApiKeys(databases: number, inDatabase: InDatabase): Promise<void> {
  const revoked: ApiKeyRow[] = [];
  for (let number = 1; number < databases; number += 1) {
    const keys = await inDatabase(number, (session) => readApiKeys(session));
    revoked.push(...keys.filter((key) => key['revoked_at'] !== null));
  }
  await inDatabase(0, (session) => revokeApiKeys(session, revoked));
  const keys = await inDatabase(0, (session) => readApiKeys(session));
  for (let number = 1; number < databases; number += 1)
    await inDatabase(number, (session) => copyApiKeys(session, keys));
}

/** A run before this one has ended between two databases: it has told some of them what the others are to be told. */
const begunGrowth = (placements: readonly (Placement | null)[], databases: number): number | null =>
  placements.find((placement) => placement?.databases === databases)?.before ?? null;
