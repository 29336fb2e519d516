// The tests' Neon endpoint, in a thread of its own so that neither the runner nor a test can starve it.
import { parentPort, workerData } from 'node:worker_threads';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';

const endpoint = await startNeonEndpoint({ postgresPort: workerData.postgresPort });
parentPort?.postMessage(endpoint.port);
