// The Neon endpoint in a process of its own, as the real one is on another machine. Argument: the port of Postgres.
import { startNeonEndpoint } from '../local/neon/neon-endpoint.ts';

const endpoint = await startNeonEndpoint({ postgresPort: Number(process.argv[2]) });
process.send?.(endpoint.port);
process.once('disconnect', () => process.exit());
