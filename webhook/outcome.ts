// What becomes of a message by what its target has answered. The status decides, whatever becomes of the body.
import { type HandlerResult, reject, result, retryAfter } from '#queue/declare/ways-out.ts';
import { WebhookAnswer, WebhookFailed } from './errors.ts';
import type { Posted } from './post.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** Besides 5xx: too slow, too early, too often. */
const passing = new Set([408, 425, 429]);

/** Answers the result of a success, and throws what a handler throws that is to be tried again or not. */
export function outcomeOf({ status, headers, isWhole }: Posted, answer: string): HandlerResult {
  if (status >= 200 && status <= 299)
    return result({ status, answer, ...(!isWhole && { isCut: true }) });
  const cause = new WebhookAnswer(status, answer);
  const isRefusal = status >= 300 && status <= 499 && !passing.has(status);
  if (isRefusal) reject(refusalOf(status), { cause });
  const seconds = retryAfterSeconds(headers, new Date());
  if (seconds === undefined) throw new WebhookFailed(status, { cause });
  retryAfter(seconds, `the target answered ${status} and asks to come back later`, { cause });
}

function refusalOf(status: number): string {
  if (status === 410)
    return 'the target answered 410: it is gone for good, so send it nothing more';
  const answered = `the target answered ${status}`;
  return status <= 399
    ? `${answered}: redirects are not followed, so give the URL that it leads to`
    : answered;
}
