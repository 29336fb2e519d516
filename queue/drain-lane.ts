import { keepLeases } from './keep-leases.ts';
import type { Lane } from './lane.ts';

/** Drains a lane while its leases are kept. When it fails its handlers are stopped: they cannot be settled here. */
export async function drainLane(lane: Lane): Promise<void> {
  const stopKeeping = keepLeases(lane);
  try {
    await lane.drain();
  } catch (error) {
    lane.abandon(new Error('the lane failed', { cause: error }));
    throw error;
  } finally {
    stopKeeping();
    await lane.surroundings.sessions.close();
  }
}
