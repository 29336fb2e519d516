// What a dead letter may be looked for by, in a query as in a body.
import * as z from 'zod';
import { instant } from '#functions/http/read/instant.ts';
import { text } from '#functions/http/read/text.ts';

export const deadLetterFilter = z.strictObject({
  queue: text.exactOptional(),
  type: text.exactOptional(),
  before: instant.exactOptional().describe('Died before this instant.'),
  after: instant.exactOptional().describe('Died at this instant or later.'),
  error: text.exactOptional().describe("Text in the error's message, in any case."),
});
