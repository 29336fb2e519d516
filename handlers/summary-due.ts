import * as z from 'zod';
import { defineMessageType } from '#millrace';

/** A week is over and its summary is to be sent: enqueued by the schedule in weekly-summary.ts. */
export const summaryDue = defineMessageType({
  name: 'summary.due',
  payload: z.object({ weekEnding: z.iso.date() }),
});
