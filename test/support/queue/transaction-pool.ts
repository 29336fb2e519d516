// A pooler in transaction mode, such as PgBouncer, as far as sessions notice it.
import { onTestFinished } from 'vitest';
import { openSession, type Session } from '#queue/database.ts';
import { isStep } from './effects.ts';

export interface TransactionPool {
  readonly open: () => Promise<Session>;
  /** How many of the connections to the server have had a transaction. */
  readonly used: number;
}

/**
 * Each transaction of a session is on whichever connection to the server is free, in turn. leave: what other clients have
 * done there before.
 */
export async function openTransactionPool(
  url: string,
  size: number,
  leave: (server: Session) => Promise<unknown>,
): Promise<TransactionPool> {
  const free: Session[] = [];
  const used = new Set<Session>();
  for (let n = 0; n < size; n += 1) {
    const server = await openSession(url);
    await leave(server);
    free.push(server);
    onTestFinished(() => server.close());
  }
  const open = async (): Promise<Session> => {
    let server: Session | undefined;
    const current = () => {
      if (!server) throw new Error('no transaction is open');
      return server;
    };
    return {
      query: (text, parameters) => current().query(text, parameters),
      async script(text) {
        server ??= free.shift();
        const on = current();
        used.add(on);
        const rows = await on.script<never>(text);
        if (!isStep('begin', text)) {
          free.push(on);
          server = undefined;
        }
        return rows;
      },
      close: async () => {},
    };
  };
  return {
    open,
    get used() {
      return used.size;
    },
  };
}
