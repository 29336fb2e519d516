// A stand-in for a bad network: passes calls on to the real endpoint and loses answers.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { testedDriver } from '#test/support/tested-driver.ts';
import { startLossyRelay } from './lossy-relay.ts';
import { type LossyEndpoint, listen } from './lossy-server.ts';

/** For the driver that is tested. */
export async function startLossyEndpoint(databaseUrl: string): Promise<LossyEndpoint> {
  if (testedDriver === 'pg') return startLossyRelay(databaseUrl);
  const target = new URL(databaseUrl);
  const counts = { calls: 0, toLose: 0 };
  const server = createServer(async (request, response) => {
    counts.calls += 1;
    const answer = await fetch(`http://${target.host}${request.url}`, {
      method: 'POST',
      headers: forwarded(request.headers, databaseUrl),
      body: await buffer(request),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (counts.toLose > 0) {
      counts.toLose -= 1;
      return request.socket.destroy();
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server, databaseUrl, counts);
}

function forwarded(headers: object, databaseUrl: string): [string, string][] {
  const neon = Object.entries(headers).filter(([name]) => name.startsWith('neon-'));
  return [...neon, ['neon-connection-string', databaseUrl]];
}
