// The bookstore over several databases, some of which may be away.
import { createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '#queue/database.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { type Answer, bearer, openApi } from './api.ts';
import type { Bookstore } from './bookstore.ts';
import type { Call } from './gateway-event.ts';

/** A port on which nobody listens. */
export const refused = (): Database => openDatabase('postgresql://user:secret@127.0.0.1:9/db');

/** A server that takes connections and never answers. Ends with the test. */
export async function hanging(): Promise<Database> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return openDatabase(`postgresql://user:secret@127.0.0.1:${portOf(server)}/db`, 4_000);
}

const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
};

/** Calls the API of a deployment on these databases, with every scope. */
export function spreadApi({ registry }: Bookstore, databases: readonly Database[]) {
  const api = openApi({ databases, registry });
  const call = (path: string, { headers, ...more }: Omit<Call, 'path'> = {}): Promise<Answer> =>
    api.call({ path, headers: { ...bearer(), ...headers }, ...more });
  /** All items, asked for so many at a time. */
  const pagesOf = async (path: string, query: string) => {
    // biome-ignore lint/suspicious/noExplicitAny: tests say themselves what they expect in an answer
    const items: any[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await call(path, {
        query: (cursor && `${query}&cursor=${cursor}`) || query,
      });
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items;
  };
  return { ...api, call, pagesOf };
}

/** Puts orders into one of the databases, as the API does, and answers their ids. */
export async function putOrders(database: Database, number: number, count: number) {
  const messages = Array.from({ length: count }, (_, order) => ({
    id: inDatabase(uuidV7(), number),
    type: 'order.placed',
    payload: { orderId: `${number}-${order}` },
  }));
  await enqueueMessages(database, messages, 'key:shop');
  return messages.map(({ id }) => id);
}
