// What a request to enqueue takes, by what carries the queue: stored in Postgres, or sent straight to SQS.
import { awsAccess } from '../../functions/aws/access.ts';
import { readQueueUrls } from '../../functions/sqs/queue-urls.ts';
import { straightWay } from '../../functions/sqs/straight-way.ts';
import { openDatabase } from '../../queue/database.ts';
import {
  type AcceptingSqs,
  carriedRegistry,
  moveToSqs,
  startAcceptingSqs,
} from '../carried-queue.ts';
import { type HttpApi, httpApi } from '../http-function.ts';
import { measure } from '../measure.ts';
import { payload } from '../message.ts';
import { latencies, timeEach } from '../percentile.ts';
import { jsonLinesLog } from '../systems/json-lines-log.ts';
import { benchRegistry, typeName } from '../systems/millrace-registry.ts';
import { inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';
import type { Workspace } from '../workspace.ts';

const perRequest = { 'one a request': 1, 'ten a request': 10 };
const type = typeName(0);

export const enqueueByEngine: Workload = {
  name: 'enqueue-by-engine',
  async run(run) {
    const system = run.contenders.find(({ family }) => family === 'millrace');
    if (!system) throw new Error('Millrace is not among the systems');
    const sqs = await startAcceptingSqs(0);
    try {
      for (const engine of ['Postgres', 'SQS'])
        for (const [size, count] of Object.entries(perRequest))
          await inWorkspace(run, system, async (workspace) => {
            const api = await openApi(workspace, engine === 'SQS' ? sqs : undefined);
            const values = await timeRequests(run, workspace, api, count);
            recorder(run, system, 1)('enqueue by engine', values, `${engine}, ${size}`);
          });
    } finally {
      await sqs.stop();
    }
  },
};

async function openApi(workspace: Workspace, sqs?: AcceptingSqs): Promise<HttpApi> {
  const registry = sqs ? carriedRegistry() : benchRegistry();
  const owner = await moveToSqs(workspace.addresses, registry);
  const [made] = await owner.query<{ key: string }>(
    `select millrace.create_api_key('bench', '{enqueue:*}') as key`,
  );
  await owner.close();
  const log = jsonLinesLog();
  const straight =
    sqs &&
    straightWay({
      ...{ registry, log },
      urls: readQueueUrls(sqs.environment),
      access: awsAccess(sqs.environment),
    });
  const database = openDatabase(workspace.addresses.neon);
  return httpApi(database, made?.key ?? '', { registry, straight });
}

async function timeRequests(run: Run, workspace: Workspace, api: HttpApi, size: number) {
  const body = (n: number) =>
    size === 1
      ? { type, payload: payload(n) }
      : { messages: Array.from({ length: size }, (_, at) => ({ type, payload: payload(n + at) })) };
  const post = async (n: number) => {
    const { status } = await api(size === 1 ? '/v1/messages' : '/v1/messages/batch', body(n));
    if (status !== 202) throw new Error(`the request was answered with ${status}`);
  };
  // Until what they run is compiled.
  await timeEach(200, post);
  const requests = scaled(run, 2_000);
  let durations: number[] = [];
  const sample = await measure(run.server, workspace, async () => {
    durations = await timeEach(requests, post);
    return requests * size;
  });
  return { ...sample, ...latencies(durations) };
}
