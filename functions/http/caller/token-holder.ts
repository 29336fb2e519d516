// Lets the holder of a status token in, to the one message that the token is for. The token alone counts then: whatever other
// credentials come with it, its holder is shown what a token shows.
import type { MiddlewareHandler } from 'hono';
import { type Api, type ApiEnvironment, refuse } from '#functions/http/api.ts';
import type { Problem, ProblemKind } from '#functions/http/problem.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import { statusTokenKeyOf } from '#functions/http/spread/in-turn.ts';
import { type TokenFault, tokenFault } from '#functions/http/status-token.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { foreignOrigin } from './foreign-origin.ts';
import { unauthenticated } from './unauthenticated.ts';

export const statusTokenHeader = 'Status-Token';

/** What the answer 401 of each fault is called, and says. */
const faults: Readonly<Record<TokenFault, readonly [ProblemKind, string]>> = {
  malformed: ['status-token-invalid', 'is misspelt, or not all of it was sent'],
  forged: ['status-token-invalid', 'is not one of this deployment'],
  foreign: ['status-token-foreign', 'is for another message'],
  expired: [
    'status-token-expired',
    'has expired; the same enqueue under its idempotency key gives a new one',
  ],
};

type Guard = MiddlewareHandler<ApiEnvironment>;

/** Those guards, for requests without a status token; with one, a guard that checks it. Answers 401 for one that is not right. */
export function tokenOr(api: Api, guards: readonly Guard[]): Guard[] {
  const check: Guard = async (request, next) => {
    const token = request.req.header(statusTokenHeader);
    request.set('holdsToken', token !== undefined);
    if (token === undefined) return next();
    const foreign = foreignOrigin(api, request);
    if (foreign) return refuse(request, foreign);
    const id = request.req.param('id') ?? '';
    // Nothing can have such an id; the route says so.
    if (pathFault(id, undefined) === undefined) {
      const secret = await statusTokenKeyOf(api, request, databaseIn(id));
      const fault = tokenFault(secret, token, { id, now: Date.now() });
      if (fault) return refuse(request, problemOf(fault));
    }
    request.set('caller', { name: 'status token', scopes: [], isBrowser: true, keyOwner: '' });
    return next();
  };
  const unlessHeld = guards.map(
    (guard): Guard =>
      (request, next) =>
        request.get('holdsToken') ? next() : guard(request, next),
  );
  return [check, ...unlessHeld];
}

function problemOf(fault: TokenFault): Problem {
  const [kind, says] = faults[fault];
  return { ...unauthenticated(`The status token ${says}.`), kind };
}
