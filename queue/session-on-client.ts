// What a session is made of, whichever driver has connected.
import { wait } from './wait.ts';

/** What both drivers' clients have: Neon's is made of pg's. */
export interface ConnectedClient {
  query(text: string, parameters?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  end(): Promise<void>;
  once(event: 'end', listener: () => void): unknown;
}

/** Longer than a living server needs to answer a goodbye. */
const longestCloseMs = 1_000;

/** A session on a client that is about to connect, or is connected. */
export function sessionOnClient(client: ConnectedClient) {
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await client.query(text, [...parameters])).rows as Row[];
    },
    async script<Row extends object>(text: string) {
      // One statement gives one result, several give a list, of which the driver's types know nothing.
      return [await client.query(text)].flat().flatMap(({ rows }) => rows as Row[]);
    },
    // The driver's own end() waits for the server's goodbye: in vain when the server has closed the connection
    // before, and for ever when the network is gone.
    close: (): Promise<void> =>
      Promise.race([client.end(), ended, wait(longestCloseMs, undefined, { ref: false })]),
  };
}
