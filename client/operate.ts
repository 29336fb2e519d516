// The operations over HTTP: one line for each.
import type { Operations } from './operations.ts';
import { sendEvent } from './send-event.ts';
import { type Call, type ClientOptions, createTransport } from './transport.ts';

/**
 * What operators do and look at, for programs on servers: the key needs the scope `read`, and `operate` for what changes something.
 * A call that would do more when made twice is not repeated when its answer was lost; it rejects with the kind `no-answer` or
 * `database-away` then.
 *
 * @example
 * ```ts
 * const operations = createOperations({ url: 'https://api.example.com', key: process.env.MILLRACE_KEY });
 * const { items } = await operations.queues();
 * ```
 */
export function createOperations(options: ClientOptions): Operations {
  const send = createTransport(options);
  const get = <Answer>(path: string, query?: object) => send<Answer>({ path, query });
  const again = <Answer>(path: string, body?: object) =>
    send<Answer>({ method: 'POST', path, body });
  const once = <Answer>(method: Call['method'] & string, path: string, body?: object) =>
    send<Answer>({ method, path, body, isOnceOnly: true });
  return {
    caller: () => get('/v1/caller'),
    queues: () => get('/v1/queues'),
    queue: (name) => get(at`/v1/queues/${name}`),
    pauseQueue: (name, key) => again(at`/v1/queues/${name}/pause`, key),
    resumeQueue: (name, key) => again(at`/v1/queues/${name}/resume`, key),
    pausedKeys: (queue, page) => get(at`/v1/queues/${queue}/paused-keys`, page),
    waitingKeys: (queue, page) => get(at`/v1/queues/${queue}/waiting-keys`, page),
    purgeQueue: (name, { limit } = {}) =>
      once('POST', at`/v1/queues/${name}/purge`, { confirm: name, limit }),
    blockedGroups: (queue, page) => get(at`/v1/queues/${queue}/blocked-groups`, page),
    history: (query) => get('/v1/history', query),
    messages: (query) => get('/v1/messages', query),
    message: (id) => get(at`/v1/messages/${id}`),
    chain: (id) => get(at`/v1/messages/${id}/chain`),
    cancelMessage: (id) => once('DELETE', at`/v1/messages/${id}`),
    replayMessage: (id, body) => once('POST', at`/v1/messages/${id}/replay`, body),
    sendEvent: (id, event) => sendEvent(send, id, event),
    chords: (page) => get('/v1/chords', page),
    chord: (id) => get(at`/v1/chords/${id}`),
    cancelChord: (id) => send({ method: 'DELETE', path: at`/v1/chords/${id}` }),
    deadLetters: (query) => get('/v1/dead-letters', query),
    deadLetterGroups: (query) => get('/v1/dead-letters/groups', query),
    redrive: (choice) => once('POST', '/v1/dead-letters/redrive', choice),
    discard: (choice) => once('DELETE', '/v1/dead-letters', choice),
    schedules: () => get('/v1/schedules'),
    pauseSchedule: (name) => again(at`/v1/schedules/${name}/pause`),
    resumeSchedule: (name) => again(at`/v1/schedules/${name}/resume`),
    runSchedule: (name) => once('POST', at`/v1/schedules/${name}/run`),
    audit: (query) => get('/v1/audit', query),
    apiKeys: () => get('/v1/api-keys'),
    revokeApiKey: (name) => send({ method: 'DELETE', path: at`/v1/api-keys/${name}` }),
    drains: (query) => get('/v1/drains', query),
  };
}

/** A path with names in it, whatever characters they have. */
const at = ({ raw }: TemplateStringsArray, ...names: readonly string[]) =>
  String.raw({ raw }, ...names.map(encodeURIComponent));
