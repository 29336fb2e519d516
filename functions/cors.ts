// What web pages of the allowed origins may send, and read of the answer. API Gateway is configured with it in the cloud
// (infra/api/cors.ts), and its stand-in on a laptop. As in environment.ts there are only values here, because infra/ imports it.

export const corsMethods = ['GET', 'POST', 'DELETE'] as const;

/** Beside those that every page may send. */
export const corsRequestHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'status-token',
  'traceparent',
];

/** Beside those that every page may read. */
export const corsAnswerHeaders = ['location', 'retry-after'];

/** How long a browser may go by the answer to its preflight request. */
export const corsMaxAgeSeconds = 3600;

/** Whether a browser could send the text as its origin: it has a scheme, and no path or slash at its end. */
export const isOrigin = (text: string) => URL.parse(text)?.origin === text;
