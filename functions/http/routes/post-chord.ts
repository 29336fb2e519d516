// POST /v1/chords: enqueues messages, and one that follows when all of them have ended. POST /v1/chords/{id}/messages: adds more.
import * as z from 'zod';
import { type ApiRequest, refuse } from '#functions/http/api.ts';
import { enqueueProblems, refuseFaults } from '#functions/http/enqueue/enqueue-candidates.ts';
import { storeChord, storeMembers } from '#functions/http/enqueue/enqueue-chord.ts';
import { chordEnvelope } from '#functions/http/enqueue/message-envelope.ts';
import { traceFrom, traceHeader } from '#functions/http/enqueue/trace-header.ts';
import { faultAt } from '#functions/http/fault.ts';
import { messageSchema } from '#functions/http/openapi/message-schema.ts';
import { issueFaults } from '#functions/http/read/issue-faults.ts';
import { jsonBody } from '#functions/http/read/json-body.ts';
import { readHeaders } from '#functions/http/read/parameters.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import type { Route } from '#functions/http/route.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { enqueuedAnswer } from './enqueued-answer.ts';
import { exampleEnqueued, exampleId, exampleMessage } from './example-message.ts';

const headers = z.object({
  traceparent: traceHeader.describe('For the messages that give none of their own.'),
});
const mostMessages = 1_000;

const mostAgeMs = 3_600_000;

/** The ids of messages get its time: one of long ago would be erased with what is as old, before anybody has looked. */
const isRecent = (id: string) =>
  Math.abs(Date.now() - Number.parseInt(id.replace('-', '').slice(0, 12), 16)) < mostAgeMs;

const id = z
  .uuidv7()
  .toLowerCase()
  .refine(isRecent, 'expected an id that was made within this hour')
  .exactOptional();

const anId = "expected an id of the request's own, and not the chord's";

const messages = z.array(z.unknown()).min(1).max(mostMessages);
const members = z.strictObject({
  id: id.describe('Names the request, so that it may be made again within an hour.'),
  messages,
});
const chord = z.strictObject({
  id: id.describe('Names the chord, so that the request may be made again within an hour.'),
  messages,
  followedBy: z.unknown(),
});

type Body<Form extends z.ZodObject> =
  | { readonly data: z.output<Form>; readonly fromHeaders: ReturnType<typeof traceFrom> }
  | Response;

async function readForm<Form extends z.ZodObject>(
  request: ApiRequest,
  form: Form,
): Promise<Body<Form>> {
  const given = readHeaders(request, headers);
  if (given instanceof Response) return given;
  const body = await jsonBody(request);
  if (!body.ok) return refuse(request, body.problem);
  const { data, error } = form.safeParse(body.value);
  if (error) return refuseFaults(request, issueFaults(error, '', Object.keys(form.shape)));
  return { data, fromHeaders: traceFrom(given.traceparent) };
}

const candidatesOf = (values: readonly unknown[], fromHeaders: ReturnType<typeof traceFrom>) =>
  values.map((value, index) => ({
    ...{ value, fromHeaders, form: chordEnvelope },
    pointer: `/messages/${index}`,
  }));

/** As the document describes the id that names a request. */
const idForm = { type: 'string', format: 'uuid' };

const messagesAnswer = z.array(enqueuedAnswer).describe('In the order of the request.');

const postChord: Route = {
  method: 'POST',
  path: '/v1/chords',
  summary:
    'Enqueues up to 1,000 messages, all or none, and one more once, when all of them have ended.',
  scope: 'enqueue',
  headers,
  body: chord,
  bodySchema: (registry) => {
    const item = messageSchema(registry, chordEnvelope);
    const items = { type: 'array', items: item, minItems: 1, maxItems: mostMessages };
    return {
      type: 'object',
      properties: { id: idForm, messages: items, followedBy: item },
      required: ['messages', 'followedBy'],
    };
  },
  status: 202,
  answer: z.object({ id: z.string(), messages: messagesAnswer }),
  example: {
    body: { messages: [exampleMessage], followedBy: exampleMessage },
    answer: { id: exampleId, messages: [exampleEnqueued] },
  },
  problems: [...enqueueProblems, 'id-conflict'],
  handle: (api) => async (request) => {
    const read = await readForm(request, chord);
    if (read instanceof Response) return read;
    const { id = uuidV7(), messages: values, followedBy } = read.data;
    const last = {
      value: followedBy,
      fromHeaders: {},
      form: chordEnvelope,
      pointer: '/followedBy',
    };
    const candidates = [...candidatesOf(values, read.fromHeaders), last];
    const stored = await storeChord(api, request, { id, candidates });
    if (stored instanceof Response) return stored;
    const location = `${request.env.mount}/v1/chords/${id}`;
    return request.json({ id, messages: stored }, 202, { location });
  },
};

const postMembers: Route = {
  method: 'POST',
  path: '/v1/chords/{id}/messages',
  summary: 'Enqueues up to 1,000 messages that join an open chord, all or none.',
  scope: 'enqueue',
  headers,
  body: members,
  bodySchema: (registry) => {
    const items = messageSchema(registry, chordEnvelope);
    const all = { type: 'array', items, minItems: 1, maxItems: mostMessages };
    return { type: 'object', properties: { id: idForm, messages: all }, required: ['messages'] };
  },
  status: 202,
  answer: z.object({ messages: messagesAnswer }),
  example: { body: { messages: [exampleMessage] }, answer: { messages: [exampleEnqueued] } },
  problems: ['not-found', ...enqueueProblems, 'chord-ended', 'id-conflict'],
  handle: (api) => async (request) => {
    const { id: named = '' } = request.req.param() as { id?: string };
    const fault = pathFault(named, undefined);
    if (fault) return refuse(request, { kind: 'not-found', detail: fault });
    const read = await readForm(request, members);
    if (read instanceof Response) return read;
    const { id, messages: values } = read.data;
    const chordId = named.toLowerCase();
    // The chord's own members have the ids that are made of it.
    if (id === chordId) return refuseFaults(request, [faultAt('/id', 'invalid_field', anId)]);
    const candidates = candidatesOf(values, read.fromHeaders);
    const stored = await storeMembers(api, request, { chordId, id, candidates });
    return stored instanceof Response ? stored : request.json({ messages: stored }, 202);
  },
};

export const postChordRoutes: readonly Route[] = [postChord, postMembers];
