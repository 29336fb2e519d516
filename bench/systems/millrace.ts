// Millrace as its users get it: the consumer's own drain with schemas, contexts, settling and a log at info.
import { migrate } from '../../migrations/migrate.ts';
import type { Database } from '../../queue/database.ts';
import { drain } from '../../queue/drain/drain.ts';
import type { Cursor } from '../../queue/routines/claimed-delivery.ts';
import { enqueueMessages } from '../../queue/routines/enqueue.ts';
import { settleAndClaim } from '../../queue/routines/settle-and-claim.ts';
import { survey } from '../../queue/routines/survey.ts';
import { uuidV7 } from '../../queue/routines/uuid-v7.ts';
import type { Addresses, Client, DrainOptions, Shape, System } from '../system.ts';
import { jsonLinesLog } from './json-lines-log.ts';
import { openTransport, type Transport } from './millrace-database.ts';
import { millraceFill } from './millrace-fill.ts';
import { benchRegistry, queueName, typeName } from './millrace-registry.ts';
import { openFirst } from './open-first.ts';

const transports: Record<Transport, string> = {
  tcp: 'plain TCP, by the driver pg',
  websocket: 'the Neon driver over WebSocket, endpoint in a process of its own',
  http: 'the Neon driver over HTTP, endpoint in a process of its own',
};

export const millrace = (transport: Transport, name: string): System => ({
  name,
  family: 'millrace',
  settings: `${transports[transport]}; policy defaults`,
  history: 'kept',
  features: ['groups', 'outcomes', 'claim'],
  fill: millraceFill,
  async install({ neon }, { queues }) {
    await migrate({ url: neon, registry: benchRegistry({}, queues), log: jsonLinesLog() });
  },
  connect: (addresses, shape) => connect(transport, addresses, shape),
});

async function connect(transport: Transport, addresses: Addresses, shape: Shape): Promise<Client> {
  const { close, ...database } = await openTransport(transport, addresses);
  const log = jsonLinesLog();
  await openFirst(database);
  return {
    async enqueue(messages, { queue = 0, groupKeys } = {}) {
      const type = typeName(queue);
      await enqueueMessages(
        database,
        messages.map((payload, n) => {
          const groupKey = groupKeys?.[n];
          return { id: uuidV7(), type, payload, ...(groupKey !== undefined && { groupKey }) };
        }),
      );
    },
    async drain(options: DrainOptions) {
      const registry = benchRegistry(options, shape.queues);
      const endsAt = performance.now() + invocationMs;
      const remainingMs = () => endsAt - performance.now();
      await drain({ database, registry, log, remainingMs });
    },
    claim: claimer(database),
    close,
  };
}

/** Lambda's longest. */
const invocationMs = 15 * 60_000;

function claimer(database: Database): (count: number) => Promise<number> {
  const budgetMs = 60_000;
  let cursor: Cursor | null = null;
  return async (wanted) => {
    if (!cursor) {
      const { queues } = await survey(database, [queueName(0)], { budgetMs });
      cursor = queues[0]?.cursor ?? null;
    }
    const exchange = { queue: queueName(0), results: [], wanted, cursor, budgetMs };
    const exchanged = await settleAndClaim(database, exchange);
    cursor = exchanged.cursor;
    return exchanged.deliveries.length;
  };
}
