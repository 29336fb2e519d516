// The backends of a server that was killed notice that only when they next wait, and hold its shared memory until then.
import { setTimeout as pause } from 'node:timers/promises';

const limitMs = 10_000;

/** Runs what starts Postgres, again while the memory is held; for 10 seconds at most. */
export async function whenMemoryIsFree<Started>(start: () => Promise<Started>): Promise<Started> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isHeld = error instanceof Error && error.message.includes('is still in use');
      if (!isHeld || Date.now() > giveUpAt) throw error;
      await pause(50);
    }
  }
}
