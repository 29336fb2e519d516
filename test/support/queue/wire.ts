// Messages as a carrier delivers them.
import type { Received } from '#queue/receive/received.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';

/** One that was sent just now, once, and belongs to no group; but for what is given. */
export const wireMessage = (given: Partial<WireMessage> = {}): WireMessage => ({
  id: uuidV7(),
  type: 'test.numbered',
  version: 1,
  payload: { n: 1 },
  headers: null,
  createdAt: '2026-01-01T00:00:00Z',
  groupKey: null,
  attempt: 0,
  round: 0,
  ...given,
});

let copies = 0;

/** A copy of its own that is delivered for the first time; but for what is given. */
export function received(
  message: Partial<WireMessage> = {},
  given: Partial<Omit<Received, 'message'>> = {},
): Received {
  copies += 1;
  const key = `copy ${copies}`;
  return { key, message: wireMessage(message), count: 1, sentAtMs: Date.now(), ...given };
}
