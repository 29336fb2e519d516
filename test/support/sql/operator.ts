// What operators do, through the SQL API, on whichever connection the test chooses.
import type { Client } from 'pg';
import type { TestDatabase } from '#test/support/database.ts';

type Sql = TestDatabase['query'];

export interface Extent {
  readonly maxCount?: number | null;
  readonly dryRun?: boolean;
  readonly actor?: string;
  readonly cursor?: object | null;
}

interface Portion {
  readonly matched: number;
  readonly more: boolean;
  readonly nextCursor: object | null;
}

interface DeadLetter {
  readonly messageId: string;
  readonly queue: string;
  readonly type: string;
  readonly error: { readonly message?: string };
  readonly attempts: number;
  readonly diedAt: string;
}

export interface Page {
  readonly items: readonly DeadLetter[];
  readonly nextCursor: object | null;
}

export interface QueueStats {
  readonly name: string;
  readonly paused: boolean;
  readonly declared: boolean;
  readonly depth: Readonly<
    Record<'pending' | 'processing' | 'scheduled' | 'blocked' | 'dead', number>
  >;
  readonly capped: readonly string[];
  readonly oldestPendingSeconds: number;
  readonly perMinute: Readonly<Record<'done' | 'retried' | 'dead', number>>;
}

export interface BlockedGroup {
  readonly groupKey: string;
  readonly waiting: number;
  readonly messageId: string | null;
  readonly status: string | null;
  readonly attempt: number | null;
}

export class Operator {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The same operator, on another connection. */
  on(client: Client): Operator {
    return new Operator(async (text, parameters) => (await client.query(text, parameters)).rows);
  }

  cancel(id: string, actor?: string): Promise<{ cancelled: string[] } | null> {
    return this.#ask('select millrace.cancel($1, $2) as answer', [id, actor]);
  }

  replay(id: string, queue?: string, actor?: string): Promise<{ queues: string[] } | null> {
    return this.#ask('select millrace.replay($1, $2, $3) as answer', [id, queue, actor]);
  }

  pause(queue: string, actor?: string): Promise<void> {
    return this.#ask('select millrace.pause($1, $2) as answer', [queue, actor]);
  }

  resume(queue: string, actor?: string): Promise<void> {
    return this.#ask('select millrace.resume($1, $2) as answer', [queue, actor]);
  }

  redrive(filter: object | null, extent: Extent = {}): Promise<Portion & { redriven: number }> {
    const text = 'select millrace.redrive($1, $2, $3, $4, $5) as answer';
    return this.#ask(text, parametersOf(filter, extent));
  }

  discard(filter: object | null, extent: Extent = {}): Promise<Portion & { discarded: number }> {
    const text = 'select millrace.discard($1, $2, $3, $4, $5) as answer';
    return this.#ask(text, parametersOf(filter, extent));
  }

  purge(
    queue: string | null,
    confirm: string | null = queue,
    { maxCount = 10_000, actor }: Extent = {},
  ): Promise<{ cancelled: number; more: boolean }> {
    const text = 'select millrace.purge($1, $2, $3, $4) as answer';
    return this.#ask(text, [queue, confirm, maxCount, actor]);
  }

  deadLetters(filter: object | null, cursor: object | null = null, maxCount = 50): Promise<Page> {
    const text = 'select millrace.dead_letters($1, $2, $3) as answer';
    return this.#ask(text, [filter, cursor, maxCount]);
  }

  stats(queue?: string): Promise<QueueStats[]> {
    return this.#ask('select millrace.stats($1) as answer', [queue]);
  }

  blockedGroups(queue: string, maxCount = 100, afterKey = ''): Promise<BlockedGroup[]> {
    return this.#sql(
      `select group_key as "groupKey", waiting::int, message_id as "messageId", status, attempt
       from millrace.blocked_groups($1, $2, $3)`,
      [queue, maxCount, afterKey],
    );
  }

  async #ask<Answer>(text: string, parameters: unknown[]): Promise<Answer> {
    const [row] = await this.#sql<{ answer: Answer }>(text, parameters);
    if (!row) throw new Error(`${text} gave no row`);
    return row.answer;
  }
}

const parametersOf = (filter: object | null, extent: Extent) => {
  const { maxCount = 1_000, dryRun = false, actor, cursor } = extent;
  return [filter, maxCount, dryRun, actor, cursor];
};
