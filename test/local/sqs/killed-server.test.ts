// Servers that are killed at any moment, under load: what they have accepted is there, and what they have deleted is not.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { callByTarget } from '#functions/aws/call-by-target.ts';
import { deleteMessages, sendMessages } from '#functions/aws/sqs.ts';
import { Sqs } from '#local/sqs/sqs.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const program = join(import.meta.dirname, '../../support/chaos/sqs-child.ts');
const kills = 6;

/** Not one call is repeated: what the server has not answered is nobody's to tell. */
const timeoutMs = 400;

async function startServer(journalFile: string) {
  const child = fork(program, [journalFile, 'mail']);
  const [environment] = await once(child, 'message');
  const access = awsAccess(environment);
  const queueUrl = `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/mail`;
  return { child, access, queueUrl };
}

type Server = Awaited<ReturnType<typeof startServer>>;

/** Until the server is gone. */
async function untilKilled(act: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await act();
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
  }
}

test('lose nothing that they have accepted, and bring back nothing that they have deleted', async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  await mkdir(folder);
  const journalFile = join(folder, 'journal');
  const accepted = new Set<string>();
  /** Those that the server was asked to delete, and those of which it has said that they are. */
  const given = new Set<string>();
  const deleted = new Set<string>();
  let sent = 0;

  const send = async ({ access, queueUrl }: Server) => {
    const entries = Array.from({ length: 10 }, () => String(sent++)).map((id) => ({
      id,
      body: id,
    }));
    for (const id of (await sendMessages(access, { queueUrl, entries, timeoutMs })).accepted)
      accepted.add(id);
  };
  const receiveAndDelete = async ({ access, queueUrl }: Server) => {
    const { Messages = [] } = await callByTarget(access, {
      ...{ service: 'sqs', target: 'AmazonSQS.ReceiveMessage', protocol: '1.0', timeoutMs },
      input: { QueueUrl: queueUrl, MaxNumberOfMessages: 5 },
    });
    const receiptHandles = Messages.map((one: { ReceiptHandle: string }) => one.ReceiptHandle);
    for (const { Body } of Messages) given.add(Body);
    await deleteMessages(access, { queueUrl, receiptHandles, timeoutMs });
    for (const { Body } of Messages) deleted.add(Body);
  };

  for (let killed = 0; killed < kills; killed += 1) {
    const server = await startServer(journalFile);
    const before = accepted.size;
    const acts = [send, send, receiveAndDelete].map((act) => untilKilled(() => act(server)));
    await expect.poll(() => accepted.size - before).toBeGreaterThan(20 + 37 * killed);
    server.child.kill('SIGKILL');
    await Promise.all(acts);
  }

  const left = new Sqs({ queues: [{ name: 'mail' }], journalFile });
  const bodies = new Set(Array.from(left.queue('mail').messages, ({ body }) => body));
  expect(deleted.size).toBeGreaterThan(0);
  expect([...deleted].filter((body) => bodies.has(body))).toEqual([]);
  expect([...accepted].filter((body) => !bodies.has(body) && !given.has(body))).toEqual([]);
  await left.close();
});
