// The routes of API keys: who has one, and taking one away. New ones the owner of the database makes, in SQL.
import * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import { listApiKeys, revokeApiKey } from '#queue/operate/api-keys.ts';
import { moment, momentOrNull } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { inAll, ofAll } from './spread.ts';

export const apiKeyAnswer = z.object({
  name: z.string(),
  scopes: z.array(z.string()).describe('What its holder may do.'),
  createdAt: moment.describe('When it was made, or rotated last.'),
  lastUsedAt: momentOrNull.describe('To the hour; null when it never was.'),
  expiresAt: momentOrNull.describe('Null for a key that does not expire.'),
  revokedAt: momentOrNull.describe('Null for a key that was not revoked.'),
});

const example = {
  name: 'shop',
  scopes: ['enqueue:order.*', 'read'],
  createdAt: exampleInstant,
  lastUsedAt: exampleInstant,
  expiresAt: null,
  revokedAt: null,
};

export const apiKeyRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/api-keys',
    summary: 'Lists the API keys, without anything by which one could call.',
    scope: 'operate',
    spread: ofAll('keys'),
    answer: z.object({ items: z.array(apiKeyAnswer) }),
    example: { answer: { items: [example] } },
    run: async (database) => ({ items: await listApiKeys(database) }),
  }),
  operatorRoute({
    method: 'DELETE',
    path: '/v1/api-keys/{name}',
    summary: 'Revokes an API key: within 5 seconds it is refused everywhere.',
    scope: 'operate',
    spread: inAll('alike'),
    missing: 'No API key has this name.',
    answer: z.object({ name: z.string(), revokedAt: moment }),
    example: { answer: { name: example.name, revokedAt: exampleInstant } },
    run: async (database, { target, actor }) => ({
      name: target,
      revokedAt: await revokeApiKey(database, target, actor),
    }),
  }),
];
