// Finds out who calls: whoever API Gateway's authorizer vouches for, or else the holder of an API key.
import type { MiddlewareHandler } from 'hono';
import { type Api, type ApiEnvironment, type ApiRequest, refuse } from '#functions/http/api.ts';
import type { Problem } from '#functions/http/problem.ts';
import { askInTurn } from '#functions/http/spread/in-turn.ts';
import { findApiKey } from '#queue/operate/api-keys.ts';
import { createApiKeyCache } from './api-key-cache.ts';
import { isKeyForm } from './api-key-form.ts';
import type { Authenticated } from './authenticated.ts';
import { foreignOrigin } from './foreign-origin.ts';
import { gatewayCaller } from './gateway-caller.ts';
import { keyOwner } from './key-owner.ts';
import { sourceNetwork } from './source-network.ts';
import { unauthenticated } from './unauthenticated.ts';

const bearer = /^Bearer +([\x21-\x7e]{1,500})$/i;

/** Sets the request's caller. Answers 401 without a valid key, 403 for a foreign origin, 429 when keys are guessed. */
export function authenticate(api: Api): MiddlewareHandler<ApiEnvironment> {
  const keyCaller = keyCallers(api);
  return async (request, next) => {
    const origin = request.req.header('origin');
    const { requestContext } = request.env.event;
    const foreign = foreignOrigin(api, request);
    if (foreign) return refuse(request, foreign);
    const found = gatewayCaller(requestContext, api.callerRules) ?? (await keyCaller(request));
    if ('kind' in found) return refuse(request, found);
    const { name, scopes, isPerson } = found;
    request.set('caller', {
      name,
      scopes,
      // What a person's program has been given, the person can send by any other program too, without an Origin.
      isBrowser: origin !== undefined || (isPerson && !api.callerRules.trustsPeople),
      keyOwner: keyOwner(found),
    });
    await next();
  };
}

function keyCallers(api: Api): (request: ApiRequest) => Promise<Authenticated | Problem> {
  const findKey = createApiKeyCache();
  return async (request) => {
    const secret = bearer.exec(request.req.header('authorization') ?? '')?.[1];
    if (secret === undefined)
      return unauthenticated('The Authorization header must read "Bearer" and an API key.');
    if (!isKeyForm(secret))
      return unauthenticated('This is no API key: it is misspelt, or not all of it was sent.');
    const network = sourceNetwork(request.env.event.requestContext.http.sourceIp);
    const key = await findKey({ secret, network }, (secretHash) =>
      askInTurn(api, request, (database) => findApiKey(database, secretHash)),
    );
    if (key === 'unknown') return unauthenticated('The API key is not known.');
    if (key === 'too-many-unknown')
      return {
        kind: 'too-many-unknown-keys',
        detail:
          'Calls with unknown API keys from this address have been too frequent; try again in 5 seconds.',
      };
    return { ...key, by: 'key', isPerson: false };
  };
}
