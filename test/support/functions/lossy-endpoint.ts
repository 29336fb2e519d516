// A stand-in for a bad network: passes calls on to the real endpoint and loses answers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { testedDriver } from '#test/support/tested-driver.ts';
import { type LossyEndpoint, startLossyRelay } from './lossy-relay.ts';

/** For the driver that is tested. */
export async function startLossyEndpoint(databaseUrl: string): Promise<LossyEndpoint> {
  if (testedDriver === 'pg') return startLossyRelay(databaseUrl);
  const target = new URL(databaseUrl);
  let calls = 0;
  let toLose = 0;
  const server = createServer(async (request, response) => {
    calls += 1;
    const answer = await fetch(`http://${target.host}${request.url}`, {
      method: 'POST',
      headers: forwarded(request.headers, databaseUrl),
      body: await buffer(request),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (toLose > 0) {
      toLose -= 1;
      return request.socket.destroy();
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    lose: (answers) => {
      toLose = answers;
    },
    get calls() {
      return calls;
    },
  };
}

function forwarded(headers: object, databaseUrl: string): [string, string][] {
  const neon = Object.entries(headers).filter(([name]) => name.startsWith('neon-'));
  return [...neon, ['neon-connection-string', databaseUrl]];
}
