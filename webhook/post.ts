// One request to a target that may be anybody's, and as much of its answer as is wanted. Node's fetch follows what an answer says: it
// unpacks, and looks names up again. Here nothing is unpacked, no redirect is followed, and the connection goes to an address that was
// checked. It is used once: what a target sends behind its answer is nobody's then.

import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { WebhookUnanswered } from './errors.ts';
import type { Address, Target } from './target.ts';

/** How much of an answer is read, in bytes. */
const mostBytes = 65_536;
/** How long an answer may go on after it has begun, in milliseconds: the status is known by then. */
const longestBodyMs = 5_000;

export interface Posted {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the body is all that the target had announced. */
  readonly isWhole: boolean;
}

interface Posting {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the wait for the beginning of an answer. */
  readonly signal: AbortSignal;
}

/**
 * The answer: its status, and what of its body is to be had until the signal is aborted, and for five seconds at most. Whatever happens
 * to the body, the status stands. Rejects with a WebhookUnanswered when no answer begins, and with the signal's reason when none has
 * begun before that is aborted.
 */
export async function post(target: Target, { signal, ...sent }: Posting): Promise<Posted> {
  const request = open(target, sent);
  try {
    return await readBody(await answerOf(request, signal), signal);
  } finally {
    request.destroy();
  }
}

function open({ url, addresses }: Target, { headers, body }: Omit<Posting, 'signal'>) {
  const send = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  const request = send(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: false,
    lookup: onlyTo(addresses),
  });
  return request.end(body);
}

/** Answers Node's question for the addresses of a name. Of an address in the URL it does not ask. */
const onlyTo =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, { all }, answer) => {
    const [first] = addresses;
    if (all) answer(null, [...addresses]);
    else if (first) answer(null, first.address, first.family);
  };

function answerOf(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    // It may come when the answer has ended as well, and nobody waits for it then; without a listener it would end the process.
    request.on('error', (cause) => reject(unanswered(cause)));
    request.on('response', resolve);
    // With another protocol it has left HTTP without an answer, and Node would leave its connection open.
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new WebhookUnanswered('it changed the protocol', { code: 'EPROTO' }));
    });
  });
}

function unanswered(cause: Error & { readonly code?: string }): WebhookUnanswered {
  const code = cause.code ?? 'ECONNRESET';
  return new WebhookUnanswered(code, { code, cause });
}

function readBody(response: IncomingMessage, signal: AbortSignal): Promise<Posted> {
  const { statusCode: status = 0, headers } = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const end = (isWhole: boolean) => {
      clearTimeout(timer);
      const body = Buffer.concat(chunks).subarray(0, mostBytes);
      resolve({ status, headers, body, isWhole: isWhole && bytes <= mostBytes });
    };
    const timer = setTimeout(end, longestBodyMs, false);
    signal.addEventListener('abort', () => end(false), { once: true });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) end(false);
    });
    response.on('end', () => end(response.complete));
    response.on('error', () => end(false));
  });
}
