// Every call of the API that the console makes, by the names that all clients have for it.
import type { Operations } from '#client/operations.ts';
import { call } from './call.ts';

const named = (kind: string, name: string, action = '') =>
  `/${kind}/${encodeURIComponent(name)}${action}`;

export const operations: Operations = {
  caller: () => call('GET', '/caller'),
  queues: () => call('GET', '/queues'),
  queue: (name) => call('GET', named('queues', name)),
  pauseQueue: (name, key) =>
    call('POST', named('queues', name, '/pause'), { ...(key && { body: key }) }),
  resumeQueue: (name, key) =>
    call('POST', named('queues', name, '/resume'), { ...(key && { body: key }) }),
  pausedKeys: (queue, options) =>
    call('GET', named('queues', queue, '/paused-keys'), { query: { ...options } }),
  waitingKeys: (queue, options) =>
    call('GET', named('queues', queue, '/waiting-keys'), { query: { ...options } }),
  purgeQueue: (name, options) =>
    call('POST', named('queues', name, '/purge'), { body: { confirm: name, ...options } }),
  blockedGroups: (queue, options) =>
    call('GET', named('queues', queue, '/blocked-groups'), { query: { ...options } }),
  history: (options) => call('GET', '/history', { query: { ...options } }),
  messages: (filter) => call('GET', '/messages', { query: { ...filter } }),
  message: (id) => call('GET', named('messages', id)),
  chain: (id) => call('GET', named('messages', id, '/chain')),
  cancelMessage: (id) => call('DELETE', named('messages', id)),
  replayMessage: (id, options) =>
    call('POST', named('messages', id, '/replay'), { body: { ...options } }),
  sendEvent: (id, event) => call('POST', named('messages', id, '/events'), { body: event }),
  chords: (options) => call('GET', '/chords', { query: { ...options } }),
  chord: (id) => call('GET', named('chords', id)),
  cancelChord: (id) => call('DELETE', named('chords', id)),
  deadLetters: (filter) => call('GET', '/dead-letters', { query: { ...filter } }),
  deadLetterGroups: (filter) => call('GET', '/dead-letters/groups', { query: { ...filter } }),
  redrive: (choice) => call('POST', '/dead-letters/redrive', { body: choice }),
  discard: (choice) => call('DELETE', '/dead-letters', { body: choice }),
  schedules: () => call('GET', '/schedules'),
  pauseSchedule: (name) => call('POST', named('schedules', name, '/pause')),
  resumeSchedule: (name) => call('POST', named('schedules', name, '/resume')),
  runSchedule: (name) => call('POST', named('schedules', name, '/run')),
  audit: (options) => call('GET', '/audit', { query: { ...options } }),
  apiKeys: () => call('GET', '/api-keys'),
  revokeApiKey: (name) => call('DELETE', named('api-keys', name)),
  drains: (options) => call('GET', '/drains', { query: { ...options } }),
};
