import type { Database } from '#queue/database.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import { elsewhere } from './elsewhere-queue.ts';
import { ForwardFates } from './forward-fates.ts';
import { ForwardingRelay } from './forwarding-relay.ts';

interface Forwarding {
  readonly databases: readonly Database[];
  readonly number: number;
  readonly onStored: (number: number) => void;
}

/** Opens the relay of what waits in a database for others; of other queues nothing. */
export const openForwarding =
  (forwarding: Forwarding): OpenRelay =>
  ({ name }, { deadline, log }) =>
    name === elsewhere
      ? new ForwardingRelay({ ...forwarding, deadline, fates: new ForwardFates(log) })
      : undefined;
