// What the HTTP API answers about chords.
import type { Enqueued } from './message-answers.ts';

/** What is answered about a chord that was accepted. */
export interface EnqueuedChord {
  /** A version 7 uuid. */
  readonly id: string;
  /** Its members, in the order in which they were given. */
  readonly messages: readonly Enqueued[];
}

/** What is answered about messages that have joined a chord. */
export interface JoinedChord {
  /** They, in the order in which they were given. */
  readonly messages: readonly Enqueued[];
}

/** How far a chord is. */
export interface ChordStatus {
  /** A version 7 uuid. */
  readonly id: string;
  /** `ended`: what follows was enqueued. */
  readonly status: 'open' | 'ended' | 'cancelled';
  /** When it was enqueued. */
  readonly createdAt: string;
  /** Null while it is open. */
  readonly endedAt: string | null;
  /** How many messages have joined it. */
  readonly members: number;
  /** How many of them have not ended, or are not known to have; see `isExact`. */
  readonly live: number;
  /** How many have succeeded. */
  readonly done: number;
  /** How many have died in a queue. */
  readonly dead: number;
  /** How many of the others were cancelled in a queue. */
  readonly cancelled: number;
  /** False when there were too many to look at: some that count as live may have ended. */
  readonly isExact: boolean;
  /** The message that follows when all members have ended; its id is null until then. */
  readonly followedBy: { readonly type: string; readonly id: string | null };
  /** Why that message cannot be enqueued, which keeps the chord open; null when nothing does. */
  readonly refusal: { readonly code: string; readonly reason: string } | null;
}

/** A chord in the list of those that are open. */
export interface OpenChord {
  /** A version 7 uuid. */
  readonly id: string;
  /** When it was enqueued. */
  readonly createdAt: string;
  /** How many messages have joined it; of more than 1,000, at least so many. */
  readonly members: number;
  /** How many of these drains have counted as ended so far: behind the first one that has not, others may have ended as well. */
  readonly ended: number;
  /** How many of those that have ended died in a queue. */
  readonly dead: number;
  /** A member that had not ended when a drain looked last, or the last that had. */
  readonly waitsFor: string;
  /** The message that follows when all members have ended. */
  readonly followedBy: { readonly type: string };
  /** Why that message cannot be enqueued, which keeps the chord open; null when nothing does. */
  readonly refusal: { readonly code: string; readonly reason: string } | null;
}

/** What a call that cancels a chord has done. */
export interface CancelledChord {
  /** How many deliveries this call has cancelled. */
  readonly cancelled: number;
  /** Whether members are left: call again. */
  readonly more: boolean;
}
