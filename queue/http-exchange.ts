// One HTTP request and the whole of its answer, over connections that are kept for the next. Node's fetch does the same for
// twice the processor time of a statement, and 15 to 30 ms more at a process's first request.
// See docs/decisions/0041-statements-without-the-driver.md.
import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * After this time without a request a connection is not used again, in milliseconds: the other side may be about to close it.
 * On the clock of the wall, which goes on while Lambda has frozen the process, and its connections die without a word.
 */
const longestRestMs = 4_000;

const restingSince = new WeakMap<Socket, number>();

/** What requests of a protocol are sent by, once there was one. */
const loaded = new Map<string, ReturnType<typeof load>>();

/** Loads what calls over https need, which takes about 35 ms of a processor and otherwise happens at the first of them. */
export function loadHttps(): void {
  protocolOf('https:');
}

/**
 * Answers whatever the status is. Rejects with Node's error, whose `code` is such as ECONNRESET, when no whole answer comes,
 * and with a DOMException named TimeoutError when it takes too long; the request may have been carried out then.
 */
export function exchangeOverHttp(
  url: URL,
  { method, headers, body, timeoutMs }: HttpRequest,
): Promise<HttpAnswer> {
  const { send, agent } = protocolOf(url.protocol);
  closeRested(agent);
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: withLength(headers, body), agent });
    // An AbortSignal instead would add a sixth to the processor time of the whole exchange.
    const timer = setTimeout(() => fail(noAnswer(timeoutMs)), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      request.destroy();
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.end(body);
  });
}

const noAnswer = (timeoutMs: number) =>
  new DOMException(`No answer came within ${timeoutMs} ms`, 'TimeoutError');

/** A body without its length would be sent in chunks, which not everybody takes. */
const withLength = (headers: HttpRequest['headers'], body: string | undefined) =>
  body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) };

function protocolOf(name: string): ReturnType<typeof load> {
  const known = loaded.get(name) ?? load(name);
  loaded.set(name, known);
  return known;
}

function load(name: string) {
  // An import would load both at the start, of which a process mostly needs one.
  const node = process.getBuiltinModule(name === 'https:' ? 'node:https' : 'node:http');
  const agent = new node.Agent({ keepAlive: true });
  agent.on('free', (socket: Socket) => restingSince.set(socket, Date.now()));
  return { send: node.request, agent };
}

function closeRested({ freeSockets }: Agent): void {
  const before = Date.now() - longestRestMs;
  for (const socket of Object.values(freeSockets).flat())
    if (socket && (restingSince.get(socket) ?? 0) < before) socket.destroy();
}
