// What the stand-ins for a bad network have in common: they listen in the place of the database, and lose answers when they are told to.
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

export interface LossyEndpoint {
  /** The database's URL by way of this endpoint. */
  readonly url: string;
  /** How many answers are lost next; the calls themselves arrive. */
  lose(answers: number): void;
  /** How many calls have arrived. */
  readonly calls: number;
}

/** Kept by the server. */
interface LossyCounts {
  /** How many calls have arrived. */
  calls: number;
  /** How many answers are to be lost yet. */
  toLose: number;
}

export async function listen(
  server: Server,
  databaseUrl: string,
  counts: LossyCounts,
): Promise<LossyEndpoint> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    lose: (answers) => {
      counts.toLose = answers;
    },
    get calls() {
      return counts.calls;
    },
  };
}
