// POST /v1/messages/{id}/events: sends what a handler in steps waits for. Who may enqueue messages of a type may send events to them.
import * as z from 'zod';
import { type Api, refuse } from '#functions/http/api.ts';
import { type Caller, holds, mayEnqueue } from '#functions/http/caller.ts';
import { armForLost } from '#functions/http/enqueue/enqueue-candidates.ts';
import { faultAt } from '#functions/http/fault.ts';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { type EventToWake, sendEvent } from '#queue/operate/send-event.ts';
import { moment } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { noSuchMessage } from './message-status.ts';
import { operatorRoute } from './operator-route.ts';
import { atHolder } from './spread.ts';

const mostBytes = 16_384;

const written = (payload: unknown = null) => JSON.stringify(payload);

const route = operatorRoute({
  method: 'POST',
  path: '/v1/messages/{id}/events',
  summary:
    'Sends a message an event, for handlers in steps that wait for it. The first one of a name counts.',
  scope: 'enqueue or operate',
  body: z.strictObject({ name: text.max(100), payload: z.unknown().exactOptional() }),
  answer: z.object({
    accepted: z.boolean().describe('Whether the one that counts has this payload.'),
    sentAt: moment
      .nullable()
      .describe('When that one was sent; null when the message has too many others.'),
  }),
  example: {
    body: { name: 'approved', payload: { by: 'ann' } },
    answer: { accepted: true, sentAt: exampleInstant },
  },
  spread: atHolder,
  // Who may not enqueue a type learns nothing of its messages.
  missing: `${noSuchMessage} Or the caller may not enqueue its type.`,
  faults: ({ body }) =>
    Buffer.byteLength(written(body.payload)) > mostBytes
      ? [faultAt('/payload', 'payload_too_large', `expected at most ${mostBytes} bytes`)]
      : [],
  async run(database, { target, number, body, actor, caller }, api) {
    const types = typesOf(api, caller);
    const isEager = api.wakeUps?.isEager ?? false;
    const event = { id: target, name: body.name, payload: written(body.payload), actor };
    const sent = await sendEvent(database, { ...event, types, isEager });
    if (!sent) return undefined;
    await wakeFor(sent, api, number);
    return { accepted: sent.accepted, sentAt: sent.sentAt };
  },
});

export const postEvent: Route = {
  ...route,
  handle(api) {
    const handle = route.handle(api);
    return async (request, next) => {
      if (typesOf(api, request.get('caller'))?.length === 0)
        return refuse(request, {
          kind: 'scope-missing',
          detail: 'The caller needs a scope "enqueue:" that covers the message, or "operate".',
        });
      try {
        return await handle(request, next);
      } catch (error) {
        // The event may be stored although no answer came, in whichever database has the message.
        await Promise.all(api.databases.map((_, number) => armIn(api, number)));
        throw error;
      }
    };
  },
};

/** Of which types the caller may enqueue messages; null for operators, who may send events to all. */
function typesOf({ registry }: Api, caller: Caller): readonly string[] | null {
  if (holds(caller, 'operate')) return null;
  return [...registry.messageTypes.values()]
    .filter((type) => mayEnqueue(caller, type.name) && (type.public || !caller.isBrowser))
    .map(({ name }) => name);
}

/** Wakes the consumer as an enqueue of what is due does. */
async function wakeFor({ isDue, wake }: EventToWake, api: Api, number: number): Promise<void> {
  await Promise.all([wake && api.wakeUps?.invoke(number), isDue && armIn(api, number)]);
}

const armIn = async ({ wakeUps }: Api, number: number) => wakeUps && armForLost(wakeUps, number);
