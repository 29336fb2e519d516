import { keepLeases } from './keep-leases.ts';
import type { Lane } from './lane.ts';

/** Drains a lane while its leases are kept. */
export async function drainLane(lane: Lane): Promise<void> {
  const stopKeeping = keepLeases(lane);
  try {
    await lane.drain();
  } finally {
    stopKeeping();
    await lane.runtime.sessions.close();
  }
}
