// The HTTP API behind a port of this machine, as the client calls it.
import { startApiGateway } from '#local/gateway/api-gateway.ts';
import type { TestApi } from '#test/support/functions/api.ts';

export interface ServedApi {
  readonly url: string;
  readonly port: number;
  /** Takes no more requests and waits for those under way. */
  stop(): Promise<void>;
}

/** On the port, or on any that is free. */
export async function serveApi({ handler }: TestApi, port?: number): Promise<ServedApi> {
  const gateway = await startApiGateway({ handler, port });
  return {
    url: `http://127.0.0.1:${gateway.port}`,
    port: gateway.port,
    stop: () => gateway.stop(),
  };
}
