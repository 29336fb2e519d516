// What the functions ask of AWS against what their roles in the template allow: each call is allowed, and nothing is allowed that
// no call needs. The environment of each function is the template's, too.
import { beforeEach, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import { createHttpHandler } from '#functions/http.ts';
import { registry } from '#handlers/registry.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import { migrate } from '#migrations/migrate.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { bearer } from '#test/support/functions/api.ts';
import { consumerArn, openAws, parameterName, wakeUpGroup } from '#test/support/functions/aws.ts';
import { gatewayEvent, lambdaContext } from '#test/support/functions/gateway-event.ts';
import { allowedTo, environmentOf } from '#test/support/infra/deployed-as.ts';
import { synthesize } from '#test/support/infra/synthesis.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const template = synthesize({
  databaseUrl: { parameterName },
  sleep: true,
  eager: true,
  handOver: 2,
});
const deployed = {
  '<AWS::Partition>': 'aws',
  '<AWS::Region>': 'local',
  '<AWS::AccountId>': '000000000000',
  '<MillraceConsumerHandler.Arn>': consumerArn,
  '<MillraceWakeUpsGroup>': wakeUpGroup,
  '<MillraceWakeUpsRole.Arn>': 'arn:aws:iam::000000000000:role/wake-ups',
};

beforeEach(() => {
  // A function reads its environment when it is loaded.
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
});

/** A migrated database whose connection string is the parameter's, and AWS; the environment is that of the function. */
async function setup(path: string) {
  const stored = await createDatabase();
  await migrate({
    url: stored.url,
    registry,
    log: recordingLog(),
    applicationTables: 'handlers/tables',
  });
  const aws = await openAws({ parameter: stored.url });
  const environment = { ...aws.environment, ...environmentOf(template, path, deployed) };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return { stored, aws };
}

/** The actions of a call, as a policy names them. */
function actionsOf({ service, path, body }: SignedRequest): string[] {
  const of = (name: string) => `arn:aws:${name}`;
  if (service === 'lambda')
    return [`lambda:InvokeFunction on ${decodeURIComponent(path.split('/')[3] ?? '')}`];
  const asked = JSON.parse(body);
  if (service === 'ssm')
    return [`ssm:GetParameter on ${of(`ssm:local:000000000000:parameter${asked.Name}`)}`];
  const schedule = `${asked.GroupName}/${path.split('/').at(-1)}`;
  return [
    `${service}:CreateSchedule on ${of(`scheduler:local:000000000000:schedule/${schedule}`)}`,
    `iam:PassRole on ${asked.Target.RoleArn} if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}`,
  ];
}

const fits = (line: string) => {
  const [beginning = '', end = ''] = line.split('*');
  return (action: string) =>
    line.includes('*') ? action.startsWith(beginning) && action.endsWith(end) : action === line;
};

function expectExactly(path: string, calls: readonly SignedRequest[]): void {
  const lines = allowedTo(template, path, deployed).filter((line) => !line.startsWith('logs:'));
  const actions = calls.flatMap(actionsOf);
  for (const action of actions)
    expect(
      lines.some((line) => fits(line)(action)),
      `${action} is allowed`,
    ).toBe(true);
  for (const line of lines) expect(actions.some(fits(line)), `${line} is needed`).toBe(true);
}

const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
const payload = { orderId: 'A-1', email: 'ishmael@example.com', items };

async function createKey({ query }: TestDatabase): Promise<string> {
  const [made] = await query<{ key: string }>(
    `select millrace.create_api_key('shop', '{enqueue:*}') as key`,
  );
  return made?.key ?? '';
}

test('the http function', async () => {
  const { stored, aws } = await setup('MillraceHttp');
  const handler = createHttpHandler(registry);
  const headers = bearer(await createKey(stored));
  for (const delaySeconds of [0, 3_600]) {
    const body = { type: 'order.placed', payload, delaySeconds };
    const { statusCode } = await handler(gatewayEvent({ path: '/v1/messages', body, headers }));
    expect(statusCode).toBe(202);
  }
  expectExactly('MillraceHttp', aws.calls);
}, 60_000);

test('the consumer', async () => {
  const { stored, aws } = await setup('MillraceConsumer');
  await enqueueMessages(
    stored.database,
    Array.from({ length: 60 }, () => ({ id: uuidV7(), type: 'order.placed', payload })),
  );
  // Handlers took an hour, the last time, so that there seems to be more than one consumer can do.
  const counts = { claimed: 1, done: 1, retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };
  const recorded = [...registry.queues.keys()].map((queue) => ({ queue, ...counts, runMs: 3.6e6 }));
  await stored.query('select millrace.record_drain($1)', [JSON.stringify(recorded)]);
  const handler = createConsumerHandler(registry);
  await handler({}, { ...lambdaContext(30_000), invokedFunctionArn: `${consumerArn}:live` });
  expectExactly('MillraceConsumer', aws.calls);
}, 60_000);
