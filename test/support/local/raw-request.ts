// A request with whatever headers: fetch sets Host and Origin itself, as browsers do.
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** With `Upgrade: websocket` among the headers, 101 is the answer of a server that agrees; the connection is closed. */
export function ask(port: number | string, { body, ...sent }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, ...sent, agent: false });
    const answer = async (response: IncomingMessage) =>
      resolve({
        status: response.statusCode,
        headers: response.headers,
        body: response.statusCode === 101 ? '' : await text(response),
      });
    asked.on('response', answer);
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      void answer(response);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What a WebSocket begins with. */
export const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
