import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';

/** A message type whose payload says which message it is. */
export const numbered = defineMessageType({
  name: 'test.numbered',
  payload: z.object({ n: z.number() }),
});
