// The shop of docs/producers.md on each of the libraries that its page shows.
import { Pool as NeonPool, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import postgres from 'postgres';
import type { TestDatabase } from '#test/support/database.ts';
import { neon } from '#test/support/neon-driver.ts';
import { placeOrder as withDrizzle } from './shop/drizzle.ts';
import { openPrisma } from './shop/generated/client.ts';
import { placeOrder as withKysely } from './shop/kysely.ts';
import { placeOrder as withNeon } from './shop/neon.ts';
import type { Order } from './shop/order-placed.ts';
import { placeOrder as withPg } from './shop/pg.ts';
import { placeOrder as withPostgres } from './shop/postgres.ts';
import { placeOrder as withPrisma } from './shop/prisma.ts';

interface Shop {
  placeOrder(order: Order): Promise<void>;
  close(): Promise<unknown>;
}

/** Opens a shop, by the name of the library that it works with. */
export const shops: Readonly<Record<string, (database: TestDatabase) => Shop>> = {
  pg({ directUrl }) {
    const pool = new Pool({ connectionString: directUrl });
    return { placeOrder: (order) => withPg(pool, order), close: () => pool.end() };
  },
  'postgres.js'({ directUrl }) {
    const sql = postgres(directUrl);
    return { placeOrder: (order) => withPostgres(sql, order), close: () => sql.end() };
  },
  'Neon over HTTP'({ url }) {
    const sql = neon(url);
    return { placeOrder: (order) => withNeon(sql, order), close: async () => {} };
  },
  "Neon's pool"({ url }) {
    // As queue/database.ts does it for the endpoint of a laptop; a database of Neon's needs none of this.
    neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineConnect = false;
    const pool = new NeonPool({ connectionString: url });
    // It has what pg's pool has; only the types of the two are apart.
    const asPg = pool as unknown as Pool;
    return { placeOrder: (order) => withPg(asPg, order), close: () => pool.end() };
  },
  Drizzle({ directUrl }) {
    const pool = new Pool({ connectionString: directUrl });
    const db = drizzle(pool);
    return { placeOrder: (order) => withDrizzle(db, order), close: () => pool.end() };
  },
  Kysely({ directUrl }) {
    const pool = new Pool({ connectionString: directUrl });
    const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) });
    return { placeOrder: (order) => withKysely(db, order), close: () => db.destroy() };
  },
  Prisma({ directUrl }) {
    const prisma = openPrisma(directUrl);
    return { placeOrder: (order) => withPrisma(prisma, order), close: () => prisma.$disconnect() };
  },
};
