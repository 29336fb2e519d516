// Lambda's list of a function's versions, two a page.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface PublishedVersions {
  /** What a process needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** Without versions the caller is forbidden to see them. Until the test ends. */
export async function publishVersions(...versions: number[]): Promise<PublishedVersions> {
  const asked: string[] = [];
  const named = ['$LATEST', ...versions.map(String)].map((Version) => ({ Version }));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://lambda');
    asked.push(`${request.method} ${url.pathname}`);
    const from = Number(url.searchParams.get('Marker') ?? 0);
    const NextMarker = from + 2 < named.length ? String(from + 2) : null;
    if (versions.length === 0)
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
    response.end(JSON.stringify({ NextMarker, Versions: named.slice(from, from + 2) }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { environment: { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}` }, asked };
}
