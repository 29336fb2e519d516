import type { Database } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';

/**
 * Copies the registry into the database at migration time: what SQL producers may enqueue, who gets it, and the part
 * of each policy that claims and settles go by. Concurrency, batch size and timeout stay in the code, where drains
 * read them.
 */
export async function syncRegistry(database: Database, registry: Registry): Promise<void> {
  await database.query('select millrace.sync($1::jsonb)', [JSON.stringify(declaration(registry))]);
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

function declaration(registry: Registry) {
  return {
    retentionDays: registry.retentionDays,
    messageTypes: [...registry.messageTypes.values()].map((type) => ({
      name: type.name,
      public: type.public !== false,
      version: type.version,
      redact: type.redact,
      retentionDays: type.retentionDays,
    })),
    queues: [...registry.queues.values()].map(({ name, policy, subscriptions }) => ({
      name,
      leaseSeconds: policy.leaseSeconds,
      maxAttempts: policy.maxAttempts,
      retryBaseSeconds: policy.retryBaseSeconds,
      retryMaximumSeconds: policy.retryMaximumSeconds,
      groupConcurrency: policy.groupConcurrency,
      deadBlocksGroup: policy.deadBlocksGroup,
      maxInFlight: policy.maxInFlight,
      maxDepth: policy.maxDepth,
      rateStarts: policy.rate?.starts,
      rateSeconds: policy.rate?.perSeconds,
      rateBurst: policy.rate && (policy.rate.burst ?? policy.rate.starts),
      engine: policy.engine,
      types: subscriptions.map(({ type }) => type.name),
    })),
    schedules: [...registry.schedules.values()].map(({ name, type, rule, catchUp }) => ({
      name,
      type: type.name,
      rule: rule.text,
      timeZone: rule.timeZone,
      catchUp,
    })),
  };
}
