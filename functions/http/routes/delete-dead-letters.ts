// DELETE /v1/dead-letters: give them up.
import * as z from 'zod';
import { discardDeadLetters } from '#queue/operate/dead-letters.ts';
import { choiceFaults, deadLetterChoice, selectionOf } from './dead-letter-choice.ts';
import { exampleId } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';

export const deleteDeadLetters = operatorRoute({
  method: 'DELETE',
  path: '/v1/dead-letters',
  summary: 'Gives dead letters up for good; their messages are kept.',
  scope: 'operate',
  body: deadLetterChoice,
  answer: z.object({ matched: z.int().min(0), discarded: z.int().min(0) }),
  example: { body: { ids: [exampleId], dryRun: true }, answer: { matched: 1, discarded: 0 } },
  isOnceOnly: true,
  faults: ({ body }) => choiceFaults(body),
  run: (database, { body, actor }) => discardDeadLetters(database, selectionOf(body, actor)),
});
