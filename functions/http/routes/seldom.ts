// Routes that few applications use. Every cold start reads the others; these are in a file of their own in the bundle, which is read
// when one of them is called first.
import type { Route, ServedRoute } from '#functions/http/route.ts';

/** All about them. */
export const loadSeldomRoutes = async (): Promise<readonly Route[]> =>
  (await import('./seldom-routes.ts')).allSeldomRoutes;

type Known = readonly [ServedRoute['method'], path: string, NonNullable<ServedRoute['scope']>];

/** What the app has to know of them at its start. */
const known: readonly Known[] = [
  ['POST', '/v1/chords', 'enqueue'],
  ['POST', '/v1/chords/{id}/messages', 'enqueue'],
  ['GET', '/v1/chords', 'read'],
  ['GET', '/v1/chords/{id}', 'read'],
  ['DELETE', '/v1/chords/{id}', 'operate'],
  ['POST', '/v1/messages/{id}/events', 'enqueue or operate'],
  ['GET', '/v1/queues/{name}/paused-keys', 'read'],
  ['GET', '/v1/queues/{name}/waiting-keys', 'read'],
];

export const seldomRoutes: readonly ServedRoute[] = known.map(([method, path, scope]) => ({
  ...{ method, path, scope },
  handle: (api) => async (request, next) => {
    const all = await loadSeldomRoutes();
    const route = all.find((each) => each.method === method && each.path === path);
    return route?.handle(api)(request, next);
  },
}));
