import * as z from 'zod';

/** Of a queue or a schedule that was paused or resumed, whether it was so before or not. */
export const pausedAnswer = z.object({ name: z.string(), paused: z.boolean() });
