// What goes wrong, and how often.
import type { Trouble } from '#local/aws/aws-server.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import type { Random } from '#test/support/chaos/seeded-random.ts';
import type { InvocationTrouble } from './sleeping-deployment.ts';

/** Trouble with the calls that arm; all tries of one call have the same token. */
export function armingTroubles(random: Random): (call: SignedRequest) => Trouble | undefined {
  const seen = new Map<unknown, 'lost for good' | 'tried'>();
  return ({ body }) => {
    const { ClientToken: token } = JSON.parse(body);
    const before = seen.get(token);
    if (before === 'tried') return undefined;
    if (before === 'lost for good') return 'no answer';
    const isLost = random.isOneOf(25);
    seen.set(token, isLost ? 'lost for good' : 'tried');
    if (isLost) return 'no answer';
    if (random.isOneOf(15)) return 'lost answer';
    if (random.isOneOf(15)) return { status: 500, type: 'InternalServerException' };
    return random.isOneOf(15) ? { status: 429, type: 'ThrottlingException' } : undefined;
  };
}

/** A consumer is killed at one of its first statements, or does not reach the database, now and then. */
export function invocationTrouble(random: Random): InvocationTrouble {
  if (random.isOneOf(80)) return 'away';
  if (!random.isOneOf(10)) return 'none';
  return { killedAt: 1 + random.below(9), isCarriedOut: random.isOneOf(2) };
}
