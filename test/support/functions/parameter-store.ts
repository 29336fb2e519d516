// A stand-in for SSM Parameter Store: answers GetParameter with whatever comes next in its list.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { DatabaseUrlSource } from '#functions/runtime/settings.ts';

type StoreAnswer = { readonly value: string } | { readonly error: string; readonly status: number };

export interface ParameterStore {
  readonly endpoint: string;
  /** What a function's settings say of it. */
  readonly source: DatabaseUrlSource;
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly body: unknown }[];
  /** What the next calls get; the last one stays. An empty list cuts the connection. */
  answers: StoreAnswer[];
}

export async function startParameterStore(...answers: StoreAnswer[]): Promise<ParameterStore> {
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    store.requests.push({ headers: request.headers, body });
    const [next] = store.answers.length > 1 ? store.answers.splice(0, 1) : store.answers;
    if (!next) return request.socket.destroy();
    if ('value' in next) return response.end(JSON.stringify({ Parameter: { Value: next.value } }));
    response.statusCode = next.status;
    response.end(
      JSON.stringify({ __type: `com.amazonaws.ssm#${next.error}`, message: 'arn:secret' }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const store: ParameterStore = { endpoint, source: sourceAt(endpoint), requests: [], answers };
  return store;
}

const sourceAt = (endpoint: string): DatabaseUrlSource => ({
  from: 'parameter',
  name: '/shop/database-url',
  access: {
    region: 'eu-central-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'very-secret',
    sessionToken: 'token',
    endpoints: { ssm: endpoint },
  },
});
