// The three ways to the same Postgres that Millrace is measured over.
import { type Database, openDatabase, openSession } from '../../queue/database.ts';
import { openDatabase as openOverTcp } from '../../queue/pg/database.ts';
import type { Addresses } from '../system.ts';

export interface OpenDatabase extends Database {
  close(): Promise<void>;
}

export type Transport = 'tcp' | 'websocket' | 'http';

export function openTransport(transport: Transport, addresses: Addresses): Promise<OpenDatabase> {
  return opening[transport](addresses);
}

const opening: Record<Transport, (addresses: Addresses) => Promise<OpenDatabase>> = {
  tcp: async ({ postgres }) => openOverTcp(postgres),
  websocket: ({ neon }) => openSession(neon),
  http: async ({ neon }) => ({ ...openDatabase(neon), close: async () => {} }),
};
