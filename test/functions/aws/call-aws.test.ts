import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { awsAccess, regionalEndpoint } from '#functions/aws/access.ts';
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { createSchedule } from '#functions/aws/create-schedule.ts';
import { invokeFunction } from '#functions/aws/invoke-function.ts';
import { listen } from '#local/loopback/loopback-server.ts';

interface Given {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

/** AWS that answers what is next in the list; the last answer stays. Without any it cuts the connection. */
async function openAws(...answers: (Given | 'silence')[]) {
  const requests: { url: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url, body: JSON.parse(await text(request)) });
    const [next] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (next === 'silence') return;
    if (!next) return request.socket.destroy();
    const { status, type, body = '{}' } = next;
    response.writeHead(status, type ? { 'x-amzn-errortype': type } : {}).end(body);
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const access = awsAccess({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'very-secret',
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_SCHEDULER: endpoint,
  });
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:consumer';
  return {
    requests,
    invoke: (timeoutMs = 2_000) =>
      invokeFunction(access, { functionArn: arn, event: { wakeUp: 'enqueued' }, timeoutMs }),
    create: (timeoutMs = 2_000) =>
      createSchedule(access, {
        group: 'group',
        name: 'wake-20261128T234530Z',
        at: new Date('2026-11-28T23:45:30.500Z'),
        targetArn: arn,
        roleArn: 'arn:aws:iam::123456789012:role/wake',
        input: { wakeUp: 'scheduled' },
        timeoutMs,
      }),
  };
}

test('creates a schedule that deletes itself, at a whole second', async () => {
  const { create, requests } = await openAws({ status: 200 });
  expect(await create()).toBe('created');
  expect(requests).toMatchObject([
    {
      url: '/schedules/wake-20261128T234530Z',
      body: {
        GroupName: 'group',
        ScheduleExpression: 'at(2026-11-28T23:45:30)',
        ActionAfterCompletion: 'DELETE',
        Target: { Input: '{"wakeUp":"scheduled"}' },
      },
    },
  ]);
});

test('tells a schedule that exists and a time that is past from what cannot be created', async () => {
  const exists = await openAws({
    status: 409,
    type: 'ConflictException:http://internal.amazon.com',
  });
  expect(await exists.create()).toBe('exists');
  const body = '{"Message":"Invalid Schedule Expression at(2026-11-28T23:45:30)."}';
  const past = await openAws({ status: 400, type: 'ValidationException', body });
  expect(await past.create()).toBe('past');
  const wrong = await openAws({ status: 400, type: 'ValidationException' });
  await expect(wrong.create()).rejects.toThrow(
    /^AWS call scheduler:CreateSchedule failed: ValidationException$/,
  );
});

test('repeats what may pass with the same token, and refuses at once what will not', async () => {
  const busy = await openAws(
    { status: 500 },
    { status: 429, type: 'ThrottlingException' },
    { status: 200 },
  );
  expect(await busy.create()).toBe('created');
  const bodies = busy.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies).toHaveLength(3);
  expect(new Set(bodies)).toHaveLength(1);
  const forbidden = await openAws({ status: 403, type: 'AccessDeniedException' });
  await expect(forbidden.invoke()).rejects.toMatchObject({
    reason: 'AccessDeniedException',
    isTransient: false,
  });
  expect(forbidden.requests).toHaveLength(1);
});

test('invokes with Event, and takes nothing but 202 for done', async () => {
  const taken = await openAws({ status: 202, body: '' });
  await taken.invoke();
  expect(taken.requests[0]?.url).toBe(
    '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Aconsumer/invocations',
  );
  const synchronous = await openAws({ status: 200 });
  await expect(synchronous.invoke()).rejects.toThrow('lambda:Invoke failed: status 200');
});

test('asks once more within its time when an answer is lost', async () => {
  const { invoke, requests } = await openAws('silence', { status: 202 });
  await invoke(1_000);
  expect(requests).toHaveLength(2);
});

test('ends within its time when nobody answers', async () => {
  const { invoke } = await openAws('silence');
  const start = performance.now();
  const failure = await invoke(300).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AwsCallFailed);
  expect(failure).toMatchObject({ reason: 'no answer', isTransient: true });
  expect(performance.now() - start).toBeLessThan(600);
});

test.each([
  ['ssm', 'eu-central-1', 'https://ssm.eu-central-1.amazonaws.com'],
  ['lambda', 'cn-north-1', 'https://lambda.cn-north-1.amazonaws.com.cn'],
] as const)('calls %s in %s at its own host', (service, region, host) => {
  expect(regionalEndpoint(service, region)).toBe(host);
});
