// Enqueues a set of messages, and one that follows when all of them have ended. Beside enqueue.ts, so that who enqueues no chords has
// nothing of it.
import type { Enqueued } from '#queue/routines/enqueue.ts';
import { enqueuedOf } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { answered, type Connection } from './connection.ts';
import type { MessageToEnqueue } from './message.ts';
import { refusalWithin } from './refusal-within.ts';
import { requirePayloads } from './require-payloads.ts';

/** A chord that is yet to be stored. */
export interface ChordToEnqueue {
  /** A version 7 uuid of its own, with which the same call may be made again; default a new one. */
  readonly id?: string;
  /** Its members, at least one, without idempotency keys. */
  readonly messages: readonly MessageToEnqueue[];
  /** Enqueued once, when all members have ended, under another id than it has now. */
  readonly followedBy: MessageToEnqueue;
}

/** What became of the enqueue of a chord. */
export interface EnqueuedChord {
  /** Of the chord: by it messages join (`chordId`), and operators see how far it is. */
  readonly id: string;
  /** Its members, in the order in which they were given. */
  readonly messages: readonly Enqueued[];
}

/**
 * Enqueues a chord by one statement, as `enqueueMany` does messages: all members or none, and one message that is enqueued once, when
 * all of them have ended, with the headers `chord-id`, `chord-done`, `chord-dead` and `chord-cancelled`. The index of a refusal that is
 * about the message which follows is the number of the others.
 *
 * @example
 * ```ts
 * const messages = lines.map((line) => message(lineImported, line));
 * await enqueueChord(client, { messages, followedBy: message(fileImported, { fileId }) });
 * ```
 */
export async function enqueueChord(
  connection: Connection,
  { id = uuidV7(), messages, followedBy }: ChordToEnqueue,
): Promise<EnqueuedChord> {
  await requirePayloads([...messages, followedBy]);
  const contents = messages.map(({ content }) => content);
  const { id: _, ...follower } = followedBy.content;
  const chord = JSON.stringify({ id, messages: contents, followedBy: follower });
  try {
    const answer = JSON.parse(await answered(ask(connection, chord)));
    return { id: answer.id, messages: enqueuedOf(answer.enqueued, contents) };
  } catch (error) {
    throw refusalWithin(error) ?? error;
  }
}

const ask = (connection: Connection, chord: string) =>
  typeof connection === 'function'
    ? connection`select millrace.enqueue_chord(${chord}::text::jsonb)::text as enqueued`
    : connection.query('select millrace.enqueue_chord($1::text::jsonb)::text as enqueued', [chord]);
