// The endpoint's own connections to Postgres: a pool for each connection string that a client has sent.
import { Pool, type PoolClient } from 'pg';
import { RefusedRequest } from '#local/loopback/refused-request.ts';

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionPools {
  /** Waits for a free connection. The string says who connects to which database; its host plays no part. */
  connect(connectionString: string | string[] | undefined): Promise<PoolClient>;
  /** Waits for the connections that are in use. */
  close(): Promise<void>;
}

// The driver at the other end parses values, so here they stay the text that Postgres has sent.
const identity = (text: string) => text;
const rawText = { getTypeParser: () => identity };

/** At most `size` connections for each connection string; idle ones are closed after ten seconds. */
export function connectionPools(address: PostgresAddress, size: number): ConnectionPools {
  const pools = new Map<string, Pool>();
  return {
    async connect(connectionString) {
      if (typeof connectionString !== 'string')
        throw new RefusedRequest(400, 'missing header `neon-connection-string`');
      const pool = pools.get(connectionString) ?? openPool(address, connectionString, size);
      pools.set(connectionString, pool);
      return pool.connect();
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function openPool(address: PostgresAddress, connectionString: string, max: number): Pool {
  const url = URL.parse(connectionString);
  if (!url) throw new RefusedRequest(400, 'invalid `neon-connection-string`');
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  const password = decodeURIComponent(url.password);
  // With pipeline a statement and the reset behind it leave in one write.
  const pool = new Pool({
    ...address,
    user,
    password,
    database,
    max,
    types: rawText,
    pipeline: true,
  });
  // An error event that nobody listens to would end this process when a backend dies. The next query reports it anyway.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
