// The bookstore while its deployment grows from one database to two, with the databases' own migrations and consumers.
import { onTestFinished, vi } from 'vitest';
import { DATABASE_URL, DATABASES } from '#functions/environment.ts';
import { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
import { migrateAll } from '#migrations/migrate-all.ts';
import { openSession } from '#queue/database.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { createDatabase } from '#test/support/database.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { openBookstore } from './bookstore.ts';
import { lambdaContext } from './gateway-event.ts';
import { spreadApi } from './spread-bookstore.ts';

export const order = (options: object = {}) => ({
  ...{ type: 'order.placed', payload: { orderId: 'A' } },
  ...options,
});

/** One database, and a second one that is there. `migrate(2)` lets it grow. */
export async function growingBookstore() {
  const [store, second] = await Promise.all([openBookstore(), createDatabase()]);
  const stores = [store, second] as const;
  /** The databases in the order in which enqueues have called them. */
  const called: number[] = [];
  const databases = stores.map(({ database }, number) =>
    intercept(database, ({ text }, run) => {
      if (text.includes('enqueue')) called.push(number);
      return run();
    }),
  );
  /** The API of code that knows the first database alone, and of code that knows both. */
  const [single, both] = [spreadApi(store, databases.slice(0, 1)), spreadApi(store, databases)];

  const whereIs = async (id: string): Promise<number[]> => {
    const text = 'select from millrace.message where id = $1';
    const rows = await Promise.all(stores.map(({ query }) => query(text, [id])));
    return rows.flatMap(({ length }, number) => (length > 0 ? [number] : []));
  };
  const statusOf = async (id: string) => (await both.call(`/v1/messages/${id}`)).body;
  return {
    ...{ store, stores, databases, called, single, both, whereIs, statusOf },
    migrate: (count: number) =>
      migrateAll(openSession, {
        urls: stores.slice(0, count).map(({ url }) => url),
        registry: store.registry,
        log: recordingLog(),
      }),
    /** Posts an order, and answers what was said, where it is stored, and whom that has called. */
    async place(options: object, { api = both, headers = {} } = {}) {
      called.length = 0;
      const { status, body } = await api.call('/v1/messages', { body: order(options), headers });
      return { ...body, status, at: await whereIs(body.id), calls: [...called] };
    },
    /** As a producer in SQL does it, who knows of one database alone; answers the id. */
    async placeInSql(number: 0 | 1, options: object): Promise<string> {
      const id = inDatabase(uuidV7(), number);
      await enqueueMessages(stores[number].database, [{ ...order(options), id }]);
      return id;
    },
    /** One tick of the consumer of a database. */
    async tick(database: 0 | 1) {
      vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
      vi.stubEnv(DATABASE_URL, stores.map(({ url }) => url).join(' '));
      vi.stubEnv(DATABASES, '2');
      onTestFinished(() => void vi.unstubAllEnvs());
      return createRelayingConsumerHandler(store.registry)({ database }, lambdaContext(20_000));
    },
    async queuesOf(id: string): Promise<string[]> {
      const { deliveries } = await statusOf(id);
      return deliveries.map(
        (each: { queue: string; status: string }) => `${each.queue}: ${each.status}`,
      );
    },
  };
}
