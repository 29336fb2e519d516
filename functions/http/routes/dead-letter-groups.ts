// GET /v1/dead-letters/groups: dead letters by what killed them.
import * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import { deadLetterGroups } from '#queue/operate/dead-letter-groups.ts';
import { moment, shownError, shownErrorOrNull } from './answer-values.ts';
import { deadLetterFilter, fingerprint } from './dead-letter-choice.ts';
import { exampleFingerprint, exampleInstant, exampleMessage } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { ofAll } from './spread.ts';

const group = z.object({
  fingerprint: fingerprint.describe('A filter by it finds the letters.'),
  queue: z.string(),
  type: z.string(),
  error: shownErrorOrNull.describe('Of the newest letter.'),
  count: z.int().min(1),
  oldestAt: moment,
  newestAt: moment,
});

export const deadLetterGroupsAnswer = z.object({
  items: z.array(group).describe('At most 100, most frequent first.'),
  counted: z.int().min(0).describe('How many letters were looked at: the newest 10,000 at most.'),
  more: z.boolean().describe('Whether there are older ones that were not.'),
});

const exampleGroup = {
  fingerprint: exampleFingerprint,
  queue: 'payments',
  type: exampleMessage.type,
  error: { name: 'Error', message: 'the bank did not answer within 2013 ms' },
  count: 212,
  oldestAt: exampleInstant,
  newestAt: exampleInstant,
};

export const getDeadLetterGroups: Route = operatorRoute({
  method: 'GET',
  path: '/v1/dead-letters/groups',
  summary: 'Groups the newest dead letters by what killed them.',
  scope: 'read',
  spread: ofAll('letterGroups'),
  query: deadLetterFilter,
  answer: deadLetterGroupsAnswer,
  example: { answer: { items: [exampleGroup], counted: 240, more: false } },
  run: async (database, { query, isOperator }) => {
    const found = await deadLetterGroups(database, query);
    const items = found.items.map((each) => ({
      ...each,
      error: shownError(each.error, isOperator),
    }));
    return { ...found, items };
  },
});
