// Two servers that speak SQS's protocol, for the same questions: the stand-in, and fauxqs, which others have written.
import { buildApp } from 'fauxqs';
import { expect, onTestFinished, vi } from 'vitest';
import { type AwsAccess, awsAccess } from '#functions/aws/access.ts';
import { callByTarget } from '#functions/aws/call-by-target.ts';
import { startAws } from '#local/aws/aws-server.ts';
import { sqsOperations } from '#local/sqs/operations.ts';
import { Sqs } from '#local/sqs/sqs.ts';

export const servers = ['the stand-in', 'fauxqs'] as const;

type ServerName = (typeof servers)[number];

/** Calls go by their names of AWS's API. Queues are made by the test; the clock of both is the test's. */
export async function openServer(name: ServerName) {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const access = await (name === 'fauxqs' ? openFauxqs() : openStandIn());
  const call = (operation: string, input: object) =>
    callByTarget(access, {
      service: 'sqs',
      target: `AmazonSQS.${operation}`,
      input,
      protocol: '1.0',
    });
  return {
    call,
    /** AWS's type of the error that a call has. */
    refusal: (operation: string, input: object) =>
      call(operation, input).then(
        () => 'none',
        ({ reason }) => reason,
      ),
    pass(seconds: number) {
      vi.setSystemTime(Date.now() + seconds * 1000);
    },
    /** What AWS documents; where fauxqs falls short of it, what that does, so that the day on which it is mended is noticed. */
    expectOf: (asked: unknown, { aws, fauxqs }: { aws: unknown; fauxqs: unknown }) =>
      expect(asked).toEqual(name === 'fauxqs' ? fauxqs : aws),
  };
}

async function openStandIn(): Promise<AwsAccess> {
  const aws = await startAws({ functions: new Map(), sqs: sqsOperations(new Sqs()) });
  onTestFinished(aws.stop);
  return awsAccess(aws.environment);
}

/** Its own way to start listens to the whole network; this one does not. */
async function openFauxqs(): Promise<AwsAccess> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return {
    region: 'us-east-1',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: undefined,
    endpoints: { sqs: endpoint },
  };
}

export type OpenServer = Awaited<ReturnType<typeof openServer>>;

/** A queue of the server, with what it is made with. */
export async function openQueue(
  server: OpenServer,
  QueueName = 'mail',
  Attributes: Readonly<Record<string, string>> = {},
) {
  const fifo = QueueName.endsWith('.fifo') && { FifoQueue: 'true' };
  const { QueueUrl } = await server.call('CreateQueue', {
    QueueName,
    Attributes: { ...fifo, ...Attributes },
  });
  const call = (operation: string, input: object = {}) =>
    server.call(operation, { QueueUrl, ...input });
  const receive = async (input: object = {}): Promise<Received[]> =>
    (await call('ReceiveMessage', { MaxNumberOfMessages: 10, ...input })).Messages ?? [];
  return {
    call,
    receive,
    refusal: (operation: string, input: object = {}) =>
      server.refusal(operation, { QueueUrl, ...input }),
    async arn(): Promise<string> {
      const { Attributes } = await call('GetQueueAttributes', { AttributeNames: ['QueueArn'] });
      return Attributes.QueueArn;
    },
    /** Entries by their ids; the body is the id unless the entry says otherwise. */
    send: (ids: readonly string[], more: object = {}) =>
      call('SendMessageBatch', {
        Entries: ids.map((Id) => ({
          Id,
          MessageBody: Id,
          ...(fifo && { MessageGroupId: Id[0], MessageDeduplicationId: Id }),
          ...more,
        })),
      }),
    bodies: async (input: object = {}) => (await receive(input)).map(({ Body }) => Body),
    delete: (received: readonly Received[]) =>
      call('DeleteMessageBatch', {
        Entries: received.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
      }),
    hide: ({ ReceiptHandle }: Received, VisibilityTimeout: number) =>
      call('ChangeMessageVisibilityBatch', {
        Entries: [{ Id: 'one', ReceiptHandle, VisibilityTimeout }],
      }),
    async counts() {
      const names = ['', 'NotVisible', 'Delayed'].map((end) => `ApproximateNumberOfMessages${end}`);
      const { Attributes } = await call('GetQueueAttributes', { AttributeNames: names });
      return names.map((name) => Number(Attributes[name]));
    },
  };
}

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

/** The first, which must be there. */
export function one(received: readonly Received[]): Received {
  const [first] = received;
  if (!first) throw new Error('Nothing was received');
  return first;
}
