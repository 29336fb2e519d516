// SQS consumers in processes of their own, which Lambda's event source invokes in the test's process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { childProgram } from './child-program.ts';

export type ReceiverOrder =
  | { readonly stickAfter: number }
  | { readonly n: number; readonly event: SQSEvent };

export type ReceiverWord =
  | 'ready'
  | 'stuck'
  | { readonly n: number; readonly answer: SQSBatchResponse };

export interface Receiver {
  readonly pid: number;
  /** Rejects when the process ends before it has answered. */
  invoke(event: SQSEvent): Promise<SQSBatchResponse>;
  /** It gets stuck in the next handler after so many. */
  stickAfter(count: number): void;
  readonly isStuck: boolean;
  readonly hasEnded: boolean;
  /** Resolves when it has ended. */
  kill(): Promise<void>;
}

export async function startReceiver(environment: NodeJS.ProcessEnv): Promise<Receiver> {
  const child = fork(await childProgram('receiving-child.ts'), {
    env: { ...process.env, ...environment },
  });
  await once(child, 'message');
  const waiting = new Map<number, PromiseWithResolvers<SQSBatchResponse>>();
  let invocations = 0;
  let isStuck = false;
  let hasEnded = false;
  const ended = once(child, 'exit').then(() => {
    hasEnded = true;
    for (const { reject } of waiting.values()) reject(new Error('the process has ended'));
  });
  child.on('message', (word: ReceiverWord) => {
    if (word === 'stuck') isStuck = true;
    if (typeof word === 'object') waiting.get(word.n)?.resolve(word.answer);
  });
  return {
    pid: child.pid ?? 0,
    async invoke(event) {
      const n = invocations;
      invocations += 1;
      const answer = Promise.withResolvers<SQSBatchResponse>();
      waiting.set(n, answer);
      if (hasEnded) throw new Error('the process has ended');
      child.send({ n, event } satisfies ReceiverOrder);
      return answer.promise.finally(() => waiting.delete(n));
    },
    stickAfter: (count) => void child.send({ stickAfter: count } satisfies ReceiverOrder),
    get isStuck() {
      return isStuck;
    },
    get hasEnded() {
      return hasEnded;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
