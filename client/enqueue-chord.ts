// A set of messages, and one that follows when all of them have ended.
import type { EnqueuedChord } from './chord-answers.ts';
import type { ChordMessageOf } from './message-to-send.ts';
import type { Send } from './transport.ts';
import { uuidV7 } from './uuid-v7.ts';

/** A chord that is to be enqueued. */
export interface ChordToEnqueue<Messages extends object> {
  /**
   * Names the chord: a version 7 uuid of this hour, with which the same call may be made again. Default: a new one, which makes the
   * repeats of this one call safe.
   */
  readonly id?: string;
  /** Its members, 1 to 1,000. */
  readonly messages: readonly ChordMessageOf<Messages>[];
  /** Enqueued once, when all members have ended, with how many of them ended how in its headers. */
  readonly followedBy: ChordMessageOf<Messages>;
}

export function enqueueChord<Messages extends object>(
  send: Send,
  chord: ChordToEnqueue<Messages>,
  signal: AbortSignal | undefined,
): Promise<EnqueuedChord> {
  return send({ path: '/v1/chords', body: { id: uuidV7(), ...chord }, signal });
}
