// POST /v1/dead-letters/redrive: send them round again.
import * as z from 'zod';
import { redriveDeadLetters } from '#queue/operate/dead-letters.ts';
import { choiceFaults, deadLetterChoice, selectionOf } from './dead-letter-choice.ts';
import { operatorRoute } from './operator-route.ts';

export const postRedrive = operatorRoute({
  method: 'POST',
  path: '/v1/dead-letters/redrive',
  summary: 'Sends dead letters round again, with all their attempts before them.',
  scope: 'operate',
  body: deadLetterChoice,
  answer: z.object({ matched: z.int().min(0), redriven: z.int().min(0) }),
  example: { body: { filter: { queue: 'payments' } }, answer: { matched: 2, redriven: 2 } },
  isOnceOnly: true,
  faults: ({ body }) => choiceFaults(body),
  run: (database, { body, actor }) => redriveDeadLetters(database, selectionOf(body, actor)),
});
