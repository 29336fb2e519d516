// What each function costs before and while it answers: its bundle as the deployment uploads it, in a process of its own under
// Lambda's runtime protocol, with the memory of the template, on a database that is awake.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_URL, DATABASE_URL_PARAMETER } from '../../functions/environment.ts';
import { openDatabase } from '../../queue/database.ts';
import type { DeployedFunction } from '../../test/support/runtime/deployed-function.ts';
import { gatewayRequest } from '../../test/support/runtime/gateway-request.ts';
import { Sandbox } from '../../test/support/runtime/sandbox.ts';
import { deployedBundles, type FunctionName } from '../deployed-bundles.ts';
import { importTimes } from '../import-times.ts';
import { payload } from '../message.ts';
import { median, timeEach } from '../percentile.ts';
import type { Run, Workload } from '../workload.ts';
import { withPort } from '../workspace.ts';

const database = 'cold_start';
const coldStarts = 9;
/** The migration comes first, since the others need a schema; nothing is due when the consumer is measured. */
const invocations: Readonly<Record<FunctionName, number>> = {
  migrate: 20,
  consumer: 1_000,
  http: 1_000,
};

export const coldStart: Workload = {
  name: 'cold-start',
  async run(run) {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-cold-start-'));
    await run.server.admin.query(`create database ${database}`);
    try {
      await measureEach(run, await deployedBundles(folder));
    } finally {
      await run.server.admin.query(`drop database ${database} with (force)`);
      await rm(folder, { recursive: true });
    }
  },
};

async function measureEach(
  { server, endpoint, record }: Run,
  bundles: Record<FunctionName, DeployedFunction>,
): Promise<void> {
  const url = withPort(server.urlOf(database), endpoint.port);
  const events = { migrate: {}, consumer: { scheduledTime: '2026-01-01T00:00:00Z' } };
  for (const name of ['migrate', 'consumer', 'http'] as const) {
    const event = name === 'http' ? postOf(await newKey(url)) : events[name];
    const values = await measure(bundles[name], { url, event, count: invocations[name] });
    record({ workload: 'cold start', variant: '', system: `${name} function`, round: 1, values });
  }
}

async function newKey(url: string): Promise<string> {
  const [row] = await openDatabase(url).query<{ key: string }>(
    `select millrace.create_api_key('bench', '{enqueue:*}') as key`,
  );
  return row?.key ?? '';
}

function postOf(apiKey: string) {
  const body = JSON.stringify({ type: 'order.placed', payload: payload(1) });
  const headers = { authorization: `Bearer ${apiKey}` };
  return gatewayRequest({ method: 'POST', path: '/v1/messages', headers, body });
}

interface Measured {
  readonly url: string;
  readonly event: unknown;
  readonly count: number;
}

async function measure(deployed: DeployedFunction, { url, event, count }: Measured) {
  const environment = { [DATABASE_URL]: url, [DATABASE_URL_PARAMETER]: undefined };
  const start = () => Sandbox.start(deployed, { environment });
  const invoke = async (sandbox: Sandbox) => {
    const outcome = await sandbox.invoke(event);
    if (!('answer' in outcome)) throw new Error(`${deployed.name}: ${JSON.stringify(outcome)}`);
  };
  // The first of all migrates, or fills the file cache of the machine.
  const first = await start();
  await invoke(first);
  await first.stop();
  const cold: number[] = [];
  for (let n = 0; n < coldStarts; n += 1) {
    const startedAt = performance.now();
    const sandbox = await start();
    await invoke(sandbox);
    cold.push(performance.now() - startedAt);
    await sandbox.stop();
  }
  const sandbox = await start();
  await invoke(sandbox);
  const firstBytes = await sandbox.memoryBytes();
  const warm = await timeEach(count, () => invoke(sandbox));
  const laterBytes = await sandbox.memoryBytes();
  await sandbox.stop();
  const file = join(deployed.folder, 'index.mjs');
  const [importMs = Number.NaN] = await importTimes([file]);
  return {
    bytes: (await stat(file)).size,
    importMs,
    firstAnswerMs: median(cold),
    warmP50Ms: median(warm),
    firstMegabytes: firstBytes / 1_048_576,
    laterMegabytes: laterBytes / 1_048_576,
  };
}
