// What Lambda tells a handler about its invocation.
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** What the function is called on this machine, by those who invoke it over Lambda's API. */
export const functionArn = (functionName: string): string =>
  `arn:aws:lambda:local:000000000000:function:${functionName}`;

/** remainingMs: called whenever the handler asks how much time it has left. */
export function lambdaContext(functionName: string, remainingMs: () => number): Context {
  return {
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(functionName),
    memoryLimitInMB: '1024',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(remainingMs())),
    done: withoutCallbacks,
    fail: withoutCallbacks,
    succeed: withoutCallbacks,
  };
}

// The types still have these callbacks, but Lambda's runtime for Node 24 has dropped them.
function withoutCallbacks(): never {
  throw new TypeError('The Lambda runtime has no callbacks: return a promise');
}
