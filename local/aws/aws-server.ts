// AWS on this machine: one server for Scheduler, Lambda, Parameter Store and Secrets Manager, and for SQS where it is wanted
// (local/sqs/), which speaks their protocols, so that the functions call it as they call AWS. The file to read first in local/aws/.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeServer, listen, loopbackServer } from '#local/loopback/loopback-server.ts';
import { readBody } from '#local/loopback/request-body.ts';
import { AwsError } from './aws-error.ts';
import { type InvocableFunctions, invokeFunction, invokeLater } from './lambda.ts';
import { OneTimeSchedules } from './one-time-schedules.ts';
import type { Operation, SignedRequest } from './operation.ts';
import { createSchedule } from './scheduler.ts';
import { signedService } from './signature.ts';
import { getParameter, getSecretValue, type StoredValues } from './stored-values.ts';

/** What becomes of a call instead of its answer: it is done or not done and not answered, or it is refused. */
export type Trouble =
  | 'lost answer'
  | 'no answer'
  | { readonly status: number; readonly type: string };

export interface AwsOptions {
  readonly functions: InvocableFunctions;
  /** The schedule groups that exist. */
  readonly groups?: readonly string[];
  readonly parameters?: StoredValues;
  readonly secrets?: StoredValues;
  /** SQS, as local/sqs/ has it. Default: there is none. */
  readonly sqs?: Operation;
  /** The clock that the schedules go by. Default: this machine's. */
  readonly now?: () => Date;
  /** Called for each call whose signature is right. Default: none meets with trouble. */
  readonly trouble?: (call: SignedRequest) => Trouble | undefined;
}

export interface AwsServer {
  /** What Lambda would put into a function's environment, with this server as AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it is called, without a slash at its end. */
  readonly endpoint: string;
  readonly schedules: OneTimeSchedules;
  /** Takes no more calls and fires no more schedules. */
  stop(): Promise<void>;
}

const mostBodyBytes = 2 * 1024 * 1024;
/** Schedules are looked at so often, in milliseconds. A timer for each would miss a clock that jumps. */
const fireEveryMs = 200;

export async function startAws(options: AwsOptions): Promise<AwsServer> {
  const { functions, now = () => new Date() } = options;
  const credentials = newCredentials();
  const schedules = new OneTimeSchedules(options.groups ?? []);
  const operations: Readonly<Record<string, Operation>> = {
    scheduler: createSchedule(schedules, now),
    lambda: invokeFunction(functions),
    ssm: getParameter(options.parameters ?? new Map()),
    secretsmanager: getSecretValue(options.secrets ?? new Map()),
    ...(options.sqs && { sqs: options.sqs }),
  };
  const server = loopbackServer({
    request: (request, response) =>
      serve(request, response, { ...options, operations, credentials }),
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  const firing = setInterval(() => {
    for (const { targetArn, input } of schedules.dueBefore(now())) {
      const invoke = functions.get(targetArn);
      if (invoke) invokeLater(invoke, JSON.parse(input));
    }
  }, fireEveryMs);
  return {
    environment: environmentOf(endpoint, credentials),
    endpoint,
    schedules,
    async stop() {
      clearInterval(firing);
      await closeServer(server, 1_000);
    },
  };
}

const newCredentials = () => ({
  accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64'),
  sessionToken: randomBytes(60).toString('base64'),
});

type Credentials = ReturnType<typeof newCredentials>;

const environmentOf = (endpoint: string, credentials: Credentials) => ({
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_ENDPOINT_URL_LAMBDA: endpoint,
  AWS_ENDPOINT_URL_SCHEDULER: endpoint,
  AWS_ENDPOINT_URL_SSM: endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  AWS_ENDPOINT_URL_SQS: endpoint,
});

interface Serving extends Pick<AwsOptions, 'trouble'> {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly credentials: Credentials;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { operations, credentials, trouble }: Serving,
): Promise<void> {
  try {
    const bytes = await readBody(request, mostBodyBytes);
    const service = signedService(request, bytes, credentials);
    const { url: path = '/', headers } = request;
    const call = { service, path, headers, body: bytes.toString() };
    const met = trouble?.(call);
    if (met === 'no answer') return void request.socket.destroy();
    if (typeof met === 'object') throw new AwsError(met.status, met.type, 'as the test has it');
    const operation = operations[service];
    if (!operation) throw new AwsError(404, 'UnknownOperationException', `No ${service} here`);
    const { status, body } = await operation(call);
    if (met === 'lost answer') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch (error) {
    refuse(request, response, error);
  }
}

/**
 * Scheduler and Lambda say the type in a header; the others, which are called by a target, in the body, and they have no
 * status but 400 for whom they do not trust.
 */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const defect = new AwsError(500, 'InternalServerError', String(error));
  const { status, type, message } = error instanceof AwsError ? error : defect;
  const json = { 'content-type': 'application/json' };
  if (request.headers['x-amz-target'] === undefined)
    response.writeHead(status, { ...json, 'x-amzn-errortype': type });
  else response.writeHead(status === 403 ? 400 : status, json);
  response.end(JSON.stringify({ __type: `com.amazonaws#${type}`, message }));
}
