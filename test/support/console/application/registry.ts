// The application of the browser tests: a queue for each way in which things can be, and handlers that do what the payload says.
import * as z from 'zod';
import {
  defineMessageType,
  defineQueue,
  defineRegistry,
  defineSchedule,
  on,
  reject,
} from '#millrace';

const payload = z.object({
  n: z.number(),
  /** What becomes of it; done when it says nothing. */
  fate: z.enum(['done', 'retry', 'dead']).optional(),
  /** What the error says. */
  why: z.string().optional(),
  /** Anything to show. */
  note: z.unknown().optional(),
});

type Payload = z.infer<typeof payload>;

const type = (name: string) => defineMessageType({ name, payload, redact: ['note.secret'] });

class CardDeclined extends Error {
  override readonly name = 'CardDeclined';
  readonly code = 'card_declined';
}

function handle({
  payload: { fate, why = 'it did not work' },
}: {
  readonly payload: Payload;
}): void {
  const cause = new CardDeclined(why);
  if (fate === 'dead') reject(`the order is refused: ${why}`, { cause });
  if (fate === 'retry') throw new Error(`the other side does not answer: ${why}`, { cause });
}

const orderPlaced = type('order.placed');
const receiptSent = type('receipt.sent');
const exportAsked = type('export.asked');
const entryMade = type('entry.made');
const hookDue = type('hook.due');

/** The backoff outlasts any test, so what waits for its retry goes on waiting. */
const patient = { retryBaseSeconds: 3600, retryMaximumSeconds: 86_400, leaseSeconds: 43_200 };

export const registry = defineRegistry({
  queues: [
    defineQueue({ name: 'payments', policy: patient, subscriptions: [on(orderPlaced, handle)] }),
    defineQueue({ name: 'receipts', policy: patient, subscriptions: [on(receiptSent, handle)] }),
    defineQueue({
      name: 'exports',
      policy: { ...patient, maxInFlight: 5, maxDepth: 10_000 },
      subscriptions: [on(exportAsked, handle)],
    }),
    defineQueue({
      name: 'ledger',
      policy: { ...patient, deadBlocksGroup: true },
      subscriptions: [on(entryMade, handle)],
    }),
    defineQueue({
      name: 'webhooks',
      // Dies of it at once, with every attempt on record.
      policy: {
        maxAttempts: 3,
        retryBaseSeconds: 0,
        rate: { starts: 500, perSeconds: 1, burst: 1000 },
      },
      subscriptions: [on(hookDue, handle), on(orderPlaced, handle)],
    }),
  ],
  schedules: [
    defineSchedule({
      name: 'nightly-export',
      type: exportAsked,
      payload: { n: 0 },
      cron: '0 3 * * *',
      timeZone: 'Europe/Berlin',
    }),
    defineSchedule({
      name: 'hourly-hook',
      type: hookDue,
      payload: { n: 0 },
      everySeconds: 3600,
    }),
  ],
});
