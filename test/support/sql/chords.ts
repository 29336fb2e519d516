// Chords through the SQL API, on whichever connection the test chooses.
import type { Client } from 'pg';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { type Delivery, declareQueue, type Enqueued, type SqlQueue } from './sql-queue.ts';

type Sql = TestDatabase['query'];

export interface ShownChord {
  readonly id: string;
  readonly status: 'open' | 'ended' | 'cancelled';
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly members: number;
  readonly live: number;
  readonly done: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly isExact: boolean;
  readonly followedBy: { readonly type: string; readonly id: string | null };
  readonly refusal: { readonly code: string; readonly reason: string } | null;
}

export interface ShownOpenChord {
  readonly id: string;
  readonly createdAt: string;
  readonly members: number;
  readonly ended: number;
  readonly dead: number;
  readonly waitsFor: string;
  readonly followedBy: { readonly type: string };
  readonly refusal: { readonly code: string; readonly reason: string } | null;
}

export interface SweptChords {
  readonly ended: number;
  readonly refused: readonly { readonly chordId: string; readonly code: string }[];
  readonly next: string | null;
}

/** A chord as enqueue_chord takes it, with ids, so that the call may be made again. */
export const chordOf = (queue: SqlQueue, members: readonly object[], followedBy: object = {}) => ({
  id: uuidV7(),
  messages: members.map((member) => ({ id: uuidV7(), type: queue.type, ...member })),
  followedBy: { type: queue.type, payload: 'the end', ...followedBy },
});

export class Chords {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The same on another connection. */
  on(client: Client): Chords {
    return new Chords(async (text, parameters) => (await client.query(text, parameters)).rows);
  }

  async enqueue(chord: object): Promise<{ id: string; enqueued: readonly Enqueued[] }> {
    return this.#ask('millrace.enqueue_chord($1)', [JSON.stringify(chord)]);
  }

  async show(id: string): Promise<ShownChord> {
    return this.#ask('millrace.chord($1)', [id]);
  }

  /** A page of those that are open. */
  async open(
    cursor: string | null = null,
    count = 50,
  ): Promise<{ readonly items: readonly ShownOpenChord[]; readonly nextCursor: string | null }> {
    return this.#ask('millrace.open_chords($1, $2)', [cursor, count]);
  }

  async sweepOnce(after = '00000000-0000-0000-0000-000000000000'): Promise<SweptChords> {
    return this.#ask('millrace.sweep_chords($1)', [after]);
  }

  /** As a drain does; answers how many ended. */
  async sweep(): Promise<number> {
    let swept = await this.sweepOnce();
    let { ended } = swept;
    while (swept.next !== null) {
      swept = await this.sweepOnce(swept.next);
      ended += swept.ended;
    }
    return ended;
  }

  /** To its end; answers how many deliveries were cancelled, or null when there is no such chord. */
  async cancel(id: string): Promise<number | null> {
    let cancelled = 0;
    for (;;) {
      const answer = await this.#ask<{ cancelled: number; more: boolean } | null>(
        'millrace.cancel_chord($1)',
        [id],
      );
      if (!answer) return null;
      cancelled += answer.cancelled;
      if (!answer.more) return cancelled;
    }
  }

  async #ask<Answer>(call: string, parameters: unknown[]): Promise<Answer> {
    const [row] = await this.#sql<{ answer: Answer }>(`select ${call} as answer`, parameters);
    return row?.answer as Answer;
  }
}

/** A queue, and a chord of so many messages in it that are claimed. */
export async function claimedChord(db: TestDatabase, count: number) {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  const chord = chordOf(queue, Array(count).fill({}));
  await new Chords(db.query).enqueue(chord);
  const { deliveries } = await queue.claim({ count });
  return { queue, chord, deliveries: deliveries as [Delivery, ...Delivery[]] };
}
