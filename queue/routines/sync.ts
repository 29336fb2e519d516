import type { Database } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { sharedLimits } from '#queue/declare/shared-limits.ts';
import { misuse } from '#queue/misuse.ts';

/**
 * Copies the registry into the database at migration time: what SQL producers may enqueue, who gets it, and the part
 * of each policy that claims and settles go by. Concurrency, batch size and timeout stay in the code, where drains
 * read them. One of several databases gets its part of the limits that count exactly, and the first one alone the schedules.
 */
export async function syncRegistry(
  database: Database,
  registry: Registry,
  place: NumberedDatabase = { number: 0, databases: 1 },
): Promise<void> {
  requireDivisible(registry, place.databases);
  await database.query('select millrace.sync($1::jsonb)', [
    JSON.stringify(declaration(registry, place)),
  ]);
}

/** Which of how many databases one is: the number from 0. */
export interface NumberedDatabase {
  readonly number: number;
  readonly databases: number;
}

/** The queue of what waits in one of several databases to be sent to another one. */
export const elsewhere = 'elsewhere';

/** Throws a TypeError when a registry cannot be declared in so many databases, and says why. */
export function requireDivisible(registry: Registry, databases: number): void {
  if (databases === 1) return;
  if (registry.queues.has(elsewhere))
    misuse(
      `A queue is named "${elsewhere}", which in a deployment over several databases is Millrace's own: give it another name`,
    );
  for (const queue of registry.queues.values()) sharedLimits(queue, databases);
}

/** A deployment does not wait longer for groups: what is left in a queue of millions, consumers do. */
const longestSyncOfGroupsMs = 60_000;

/**
 * Lets groups go on by the rules that were just synchronised, portion by portion, each a transaction of its own that
 * holds few groups for a moment. Ends after a minute, or as soon as there is no more.
 */
export async function syncGroups(database: Database): Promise<void> {
  const startedAt = performance.now();
  for (let more = true; more && performance.now() - startedAt < longestSyncOfGroupsMs; ) {
    const [row] = await database.query<{ answer: { more: boolean } }>(
      'select millrace.sync_groups() as answer',
    );
    more = row?.answer.more ?? false;
  }
}

function declaration(registry: Registry, { number, databases }: NumberedDatabase) {
  const schedules = number === 0 ? [...registry.schedules.values()] : [];
  return {
    retentionDays: registry.retentionDays,
    messageTypes: [...registry.messageTypes.values()].map((type) => ({
      name: type.name,
      public: type.public !== false,
      version: type.version,
      redact: type.redact,
      retentionDays: type.retentionDays,
    })),
    queues: [
      ...[...registry.queues.values()].map((queue) => queueDeclaration(queue, databases)),
      ...(databases > 1 ? [forwards] : []),
    ],
    schedules: schedules.map(({ name, type, rule, catchUp }) => ({
      name,
      type: type.name,
      rule: rule.text,
      timeZone: rule.timeZone,
      catchUp,
    })),
  };
}

function queueDeclaration(queue: Queue, databases: number) {
  const { name, policy, subscriptions } = queue;
  const { maxInFlight, maxInFlightPerKey, maxDepth, rate, ratePerKey } = sharedLimits(
    queue,
    databases,
  );
  return {
    name,
    leaseSeconds: policy.leaseSeconds,
    maxAttempts: policy.maxAttempts,
    retryBaseSeconds: policy.retryBaseSeconds,
    retryMaximumSeconds: policy.retryMaximumSeconds,
    groupConcurrency: policy.groupConcurrency,
    deadBlocksGroup: policy.deadBlocksGroup,
    maxInFlight,
    maxDepth,
    rateStarts: rate?.starts,
    rateSeconds: rate?.perSeconds,
    rateBurst: rate && (rate.burst ?? rate.starts),
    engine: policy.engine,
    fair: policy.fair,
    maxInFlightPerKey,
    ratePerKeyStarts: ratePerKey?.starts,
    ratePerKeySeconds: ratePerKey?.perSeconds,
    ratePerKeyBurst: ratePerKey && (ratePerKey.burst ?? ratePerKey.starts),
    types: subscriptions.map(({ type }) => type.name),
  };
}

/**
 * A group waits behind a forward that is tried again, and behind one that is dead until somebody redrives or discards it: a consumer
 * that was killed too often with it says nothing against it, and those behind would come before it.
 */
const forwards = {
  name: elsewhere,
  leaseSeconds: 90,
  maxAttempts: 10,
  retryBaseSeconds: 5,
  retryMaximumSeconds: 3600,
  groupConcurrency: 1,
  deadBlocksGroup: true,
  engine: 'database',
  types: [],
};
