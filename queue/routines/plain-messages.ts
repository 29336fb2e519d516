// Messages as millrace.enqueue_plain takes them: of one type, without options, and not of very different sizes. Most calls bring nothing else, and
// what the database would have to find out about them at a cost shows in the text that is sent anyway.

import { mostPayloadBytes, mostPayloadDepth } from '#queue/declare/message-limits.ts';
import { isNestedDeeper } from './nesting.ts';

/** Several messages in columns. */
export interface PlainMessages {
  readonly type: string;
  /** A literal of a uuid[]. */
  readonly ids: string;
  /** Of the largest payload, as the database counts: a KiB that is begun is a whole one. */
  readonly kib: number;
  /** A JSON array. */
  readonly payloads: string;
}

interface Message {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
}

/** Each counts as the largest. Above this size, a claim would bring many fewer of them than it may. */
const smallBytes = 8_192;

const columns = new Set(['id', 'type', 'payload']);

const idLength = 36;

/** Ids of that length, joined by commas: all at once, since to begin a search costs as much as the search. */
const version7 = /^(?:[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12},?)+$/;

/**
 * A number which readers of JSON may round, or which the database writes with more digits than it has here. It stands behind
 * what begins a member or an element, as texts do not, though one that has such a sign in it may look like it.
 */
const unsafeNumber = /[:,[]-?(?:\d{16}|[\d.]+[eE])/;

/** The messages in columns; undefined when one of them needs a closer look than columns get. */
export function plainMessages(messages: readonly Message[]): PlainMessages | undefined {
  const type = messages[0]?.type;
  if (type === undefined) return undefined;
  const payloads: string[] = [];
  let most = 0;
  let total = 0;
  for (const message of messages) {
    if (message.type !== type || message.id.length !== idLength || hasOptions(message))
      return undefined;
    const text = JSON.stringify(message.payload) ?? 'null';
    const bytes = Buffer.byteLength(text);
    if (mayBeTooLarge(text, bytes) || isNestedDeeper(text, mostPayloadDepth)) return undefined;
    most = Math.max(most, bytes);
    total += bytes;
    payloads.push(text);
  }
  if (most > smallBytes && total < (most * messages.length) / 2) return undefined;
  const document = `[${payloads.join(',')}]`;
  if (unsafeNumber.test(document)) return undefined;
  const ids = messages.map(({ id }) => id).join(',');
  if (!version7.test(ids)) return undefined;
  return { type, ids: `{${ids}}`, kib: Math.floor(most / 1024) + 1, payloads: document };
}

function hasOptions(message: Message): boolean {
  for (const name in message)
    if (!columns.has(name) && message[name as keyof Message] !== undefined) return true;
  return false;
}

/** The database measures with a blank after each colon and comma, so here all of them are counted, also those within texts. */
const mayBeTooLarge = (text: string, bytes: number): boolean =>
  bytes > mostPayloadBytes / 2 && bytes + (text.match(/[:,]/g)?.length ?? 0) >= mostPayloadBytes;
