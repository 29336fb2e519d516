// What Lambda tells a handler about its invocation.
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** remainingMs is asked again at every look at the clock. */
export function lambdaContext(functionName: string, remainingMs: () => number): Context {
  return {
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
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

// In the types still, in the Node 24 runtime no longer.
function withoutCallbacks(): never {
  throw new TypeError('The Lambda runtime has no callbacks: return a promise');
}
