// GET /v1/messages/{id}: how far a message has come, at once or when that changes.
import * as z from 'zod';
import { type Api, type ApiRequest, fresh, refuse, withDatabase } from '#functions/http/api.ts';
import { holds } from '#functions/http/caller.ts';
import { readQuery } from '#functions/http/read/parameters.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { type MessageStatus, messageStatus } from '#queue/operate/message-status.ts';
import { exampleStatus, messageAnswer, shownStatus, statusForHolder } from './message-answer.ts';
import { mayBeRecorded, withUnseenEnds } from './unrecorded.ts';
import { mostWaitSeconds, type Watched, waitForChange } from './wait-for-change.ts';

const query = z.strictObject({
  wait: z
    .number()
    .min(0)
    .max(mostWaitSeconds)
    .exactOptional()
    .describe('Seconds to wait for a change.'),
  since: text.exactOptional().describe('The revision that is known already.'),
});

export const noSuchMessage = 'No message has this id, or its retention period has ended.';

const perhapsSent = `${noSuchMessage} Or it went straight to SQS, and nothing was recorded of it.`;

export const messageStatusRoute: Route = {
  method: 'GET',
  path: '/v1/messages/{id}',
  summary: 'Tells how far a message has come, at once or when that changes.',
  scope: 'read',
  takesStatusToken: true,
  query,
  answer: messageAnswer,
  example: { answer: exampleStatus },
  problems: ['not-found', 'not-recorded'],
  handle: (api) => (request) => answer(api, request),
};

/** Now, or once it has changed. */
async function statusOf(
  api: Api,
  request: ApiRequest,
  watched: Watched,
): Promise<MessageStatus | undefined> {
  const { id, waitMs } = watched;
  if (api.databases.length === 1)
    return waitMs === 0
      ? withDatabase(api, request, (database) => messageStatus(database, id))
      : waitForChange(api, request, watched);
  return (await import('./status-of-several.ts')).statusOfSeveral(api, request, watched);
}

async function answer(api: Api, request: ApiRequest): Promise<Response> {
  const id = request.req.param('id') ?? '';
  const fault = pathFault(id, undefined);
  if (fault) return refuse(request, { kind: 'not-found', detail: fault });
  const asked = readQuery(request, query);
  if (asked instanceof Response) return asked;
  const { wait = 0, since } = asked;
  const found = await statusOf(api, request, { id, since, waitMs: wait * 1_000 });
  if (!found)
    return refuse(request, {
      kind: mayBeRecorded(api, id) ? 'not-recorded' : 'not-found',
      detail: api.straight ? perhapsSent : noSuchMessage,
    });
  const known = withUnseenEnds(api.registry, found);
  const shown = request.get('holdsToken')
    ? statusForHolder(known)
    : shownStatus(known, holds(request.get('caller'), 'operate'));
  return request.json(shown, 200, fresh);
}
