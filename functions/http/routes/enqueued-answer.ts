import * as z from 'zod';
import { deliveryStatus, moment } from './answer-values.ts';

/** What is answered about one message that was accepted. */
export const enqueuedAnswer = z.object({
  id: z.string(),
  type: z.string(),
  status: deliveryStatus,
  duplicate: z.boolean().describe('Whether it was stored before under the same idempotency key.'),
  idempotentUntil: moment
    .exactOptional()
    .describe('With an idempotency key: until when it stands for this message.'),
  statusToken: z.string().describe('Opens the status of this message.'),
});
