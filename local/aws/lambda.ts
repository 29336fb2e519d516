// Lambda, as far as wake-ups need it: asynchronous invocations. AWS repeats those that fail as the function's configuration has
// it; here each is made once.
import { AwsError } from './aws-error.ts';
import type { Operation } from './operation.ts';

/** Invokes a function and settles when it has ended. */
export type Invoke = (event: unknown) => Promise<unknown>;

/** By their ARNs. */
export type InvocableFunctions = ReadonlyMap<string, Invoke>;

/** Of an asynchronous event, in bytes. */
const mostBytes = 1024 * 1024;

/** Answers when the event is taken, before the function has begun. */
export function invokeFunction(functions: InvocableFunctions): Operation {
  return ({ path, headers, body }) => {
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
    const invoke = functions.get(decodeURIComponent(name));
    if (!invoke)
      throw new AwsError(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    if (headers['x-amz-invocation-type'] !== 'Event')
      throw new AwsError(400, 'InvalidParameterValueException', 'Only Event is known here');
    if (Buffer.byteLength(body) > mostBytes)
      throw new AwsError(413, 'RequestTooLargeException', `More than ${mostBytes} bytes`);
    invokeLater(invoke, eventIn(body));
    return { status: 202, body: {} };
  };
}

/** In the background; a failure is printed, as Lambda would log it. */
export function invokeLater(invoke: Invoke, event: unknown): void {
  setImmediate(async () => {
    try {
      await invoke(event);
    } catch (error) {
      console.error('An asynchronous invocation failed:', error);
    }
  });
}

function eventIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError(400, 'InvalidRequestContentException', 'Could not parse request body');
  }
}
