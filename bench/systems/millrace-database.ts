// The three ways to the same Postgres that Millrace is measured over.
import { Pool } from 'pg';
import { type Database, openDatabase, openSession } from '../../queue/database.ts';
import type { Addresses } from '../system.ts';

export interface OpenDatabase extends Database {
  close(): Promise<void>;
}

export type Transport = 'tcp' | 'websocket' | 'http';

export function openTransport(transport: Transport, addresses: Addresses): Promise<OpenDatabase> {
  return opening[transport](addresses);
}

const opening: Record<Transport, (addresses: Addresses) => Promise<OpenDatabase>> = {
  tcp: async ({ postgres }) => overTcp(postgres),
  websocket: ({ neon }) => openSession(neon),
  http: async ({ neon }) => ({ ...openDatabase(neon), close: async () => {} }),
};

/** Not part of Millrace: what a server beside the database could do, to compare with peers on equal terms. */
function overTcp(url: string): OpenDatabase {
  const pool = new Pool({ connectionString: url, max: 10 });
  pool.on('error', () => {});
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await pool.query<Row>(text, [...parameters])).rows;
    },
    close: () => pool.end(),
  };
}
