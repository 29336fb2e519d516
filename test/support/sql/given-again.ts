import { expect } from 'vitest';
import type { Delivery } from './sql-queue.ts';

/** The same deliveries as a repeated claim answers them: by then they have waited for longer. */
export const givenAgain = (deliveries: readonly Delivery[]) =>
  deliveries.map((delivery) => ({ ...delivery, waitedMs: expect.any(Number) }));
