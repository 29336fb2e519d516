// An SQS that answers whatever a test makes of a call: the stand-in of local/sqs/ answers only as AWS does.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type AwsAccess, awsAccess } from '#functions/aws/access.ts';
import { listen } from '#local/loopback/loopback-server.ts';

interface AskedEntry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly MessageBody: string;
}

export interface Asked {
  readonly Entries: readonly AskedEntry[];
}

/** An answer: the text of one, an error with its `__type`, or what was done; undefined cuts the connection. */
export type Answer = string | object | undefined;

interface Call {
  readonly target: unknown;
  readonly contentType: unknown;
  readonly asked: Asked;
}

export interface AnsweringSqs {
  readonly access: AwsAccess;
  readonly calls: readonly Call[];
}

/** call: 1 for the first one. */
export async function openAnsweringSqs(
  answer: (asked: Asked, call: number) => Answer | Promise<Answer>,
): Promise<AnsweringSqs> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const asked: Asked = JSON.parse(await text(request));
    const { 'x-amz-target': target, 'content-type': contentType } = request.headers;
    calls.push({ target, contentType, asked });
    const given = await answer(asked, calls.length);
    if (given === undefined) return void request.socket.destroy();
    if (typeof given === 'string') return void response.end(given);
    response.writeHead('__type' in given ? 400 : 200).end(JSON.stringify(given));
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
    AWS_ENDPOINT_URL_SQS: endpoint,
  });
  return { access, calls };
}

/** As SQS answers when it has done all that it was asked. */
export const allDone = ({ Entries }: Asked): object => ({
  Successful: Entries.map(({ Id }) => ({ Id })),
});
