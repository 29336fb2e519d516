// Calls AWS by signed requests of our own. Importing the SDK's clients would cost every cold start more than all other
// imports together.
import { setTimeout as wait } from 'node:timers/promises';
import { exchangeOverHttp, type HttpAnswer } from '#queue/http-exchange.ts';
import { type AwsAccess, type AwsService, regionalEndpoint } from './access.ts';
import { AwsCallFailed } from './aws-call-failed.ts';
import { signedHeaders } from './signed-headers.ts';

export interface AwsCall {
  readonly service: AwsService;
  /** AWS's name of the operation, for the error's message. */
  readonly operation: string;
  /** Begins with a slash; its segments are encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without it the call is a GET. */
  readonly body?: string;
  /** When the caller can wait no longer; what may pass is tried again until then. */
  readonly timeoutMs: number;
}

/** An answer that says how the call went, whether AWS has done what it was asked or has refused it. */
export interface AwsAnswer {
  readonly status: number;
  readonly text: string;
  /** AWS's type of error, such as ConflictException; the status in words where AWS has given none, as for a success. */
  readonly errorType: string;
}

const mostTries = 3;
const pauseMs = 50;
/** Below this nothing is kept back for another try, since a connection that has to be opened takes as long. */
const worthHalvingMs = 500;

/**
 * Answers what AWS has answered, a refusal too: which of them are successes is the operation's to say. Throws an
 * AwsCallFailed when there was no answer in time, or none but "not now". Every call has to bear being made twice.
 */
export async function callAws(access: AwsAccess, call: AwsCall): Promise<AwsAnswer> {
  const end = performance.now() + call.timeoutMs;
  for (let tried = 1; ; tried += 1) {
    const restMs = end - performance.now();
    const isLast = tried === mostTries || restMs < worthHalvingMs;
    const outcome = await tryOnce(access, call, isLast ? restMs : restMs / 2);
    if ('answer' in outcome) return outcome.answer;
    if (tried === mostTries || performance.now() + pauseMs * tried >= end)
      throw failed(call, { ...outcome, isTransient: true });
    await wait(pauseMs * tried);
  }
}

/** For an answer that is not a success of the operation's. */
export const refused = (call: AwsCall, { errorType }: AwsAnswer): AwsCallFailed =>
  failed(call, { reason: errorType, isTransient: false });

const failed = (
  { service, operation }: AwsCall,
  failure: { readonly reason: string; readonly isTransient: boolean; readonly cause?: unknown },
) => new AwsCallFailed(`${service}:${operation}`, failure);

type Outcome =
  | { readonly answer: AwsAnswer }
  | { readonly reason: string; readonly cause?: unknown };

async function tryOnce(access: AwsAccess, call: AwsCall, timeoutMs: number): Promise<Outcome> {
  try {
    const answer = await send(access, call, timeoutMs);
    const { status, errorType } = answer;
    const isTransient =
      status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(errorType);
    return isTransient ? { reason: errorType } : { answer };
  } catch (cause) {
    return { reason: 'no answer', cause };
  }
}

async function send(access: AwsAccess, call: AwsCall, timeoutMs: number): Promise<AwsAnswer> {
  const { service, path, headers, body } = call;
  const endpoint = access.endpoints[service] || regionalEndpoint(service, access.region);
  const url = new URL(`${endpoint.replace(/\/$/, '')}${path}`);
  const method = body === undefined ? 'GET' : 'POST';
  const signed = await signedHeaders(access, { service, method, url, headers, body: body ?? '' });
  const waitMs = Math.max(1, Math.ceil(timeoutMs));
  const answer = await exchangeOverHttp(url, { method, headers: signed, body, timeoutMs: waitMs });
  return { status: answer.status, text: answer.text, errorType: errorType(answer) };
}

/** Services say it in a header, or in a field of the body; either may have a namespace before it or an address behind. */
function errorType({ status, headers, text }: HttpAnswer): string {
  const said =
    headers['x-amzn-errortype']?.toString() ?? /"__type"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return /(?:^|#)(\w+)(?=$|:)/.exec(said)?.[1] ?? `status ${status}`;
}
