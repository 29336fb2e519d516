// More messages for a chord that is open.
import type { JoinedChord } from './chord-answers.ts';
import type { ChordMessageOf } from './message-to-send.ts';
import type { Send } from './transport.ts';
import { uuidV7 } from './uuid-v7.ts';

/** Messages that are to join a chord. */
export interface MessagesToJoin<Messages extends object> {
  /**
   * Names this call, and not the chord: a version 7 uuid of this hour, with which the same call may be made again. Default: a new one,
   * which makes the repeats of this one call safe.
   */
  readonly id?: string;
  /** 1 to 1,000. */
  readonly messages: readonly ChordMessageOf<Messages>[];
}

export const joinChord = <Messages extends object>(
  send: Send,
  chordId: string,
  joining: MessagesToJoin<Messages>,
  signal: AbortSignal | undefined,
): Promise<JoinedChord> =>
  send({
    path: `/v1/chords/${encodeURIComponent(chordId)}/messages`,
    body: { id: uuidV7(), ...joining },
    signal,
  });
