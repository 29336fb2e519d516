// Neon's own driver, as an application sets it up that is to run on a laptop as well: there it asks the local endpoint.
import { neon, neonConfig } from '@neondatabase/serverless';

neonConfig.fetchEndpoint = (host, port) =>
  host === '127.0.0.1'
    ? `http://${host}:${port}/sql`
    : `https://${host.replace(/^[^.]+\./, 'api.')}/sql`;

export { neon };
