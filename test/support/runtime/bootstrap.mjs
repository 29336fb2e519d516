// What Lambda starts in a function's process: it imports the handler, and then asks the runtime API for one invocation after
// another, as https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html describes. Plain JavaScript, so that the time that
// a process takes to answer is the bundle's.
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const {
  _HANDLER: handlerName = '',
  LAMBDA_TASK_ROOT: folder = '',
  AWS_LAMBDA_RUNTIME_API: api,
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_LAMBDA_FUNCTION_VERSION: functionVersion,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB,
  AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
} = process.env;

const handler = await loadHandler();
for (;;) await serve(await call('GET', '/invocation/next'));

async function loadHandler() {
  const [file, name = ''] = handlerName.split('.');
  try {
    const { [name]: handle } = await import(pathToFileURL(join(folder, `${file}.mjs`)).href);
    if (typeof handle !== 'function') throw new TypeError(`${handlerName} is undefined`);
    return handle;
  } catch (error) {
    await call('POST', '/init/error', formatted(error));
    throw error;
  }
}

async function serve({ headers, text }) {
  const id = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const answer = await handler(JSON.parse(text), contextOf(headers));
    await call('POST', `/invocation/${id}/response`, answer ?? null);
  } catch (error) {
    logError(id, error);
    await call('POST', `/invocation/${id}/error`, formatted(error));
  }
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    ...{ functionName, functionVersion, memoryLimitInMB, logGroupName, logStreamName },
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** With every property that the error has, as Lambda's own client logs it: whatever that holds is in the log. */
function logError(requestId, error) {
  const { errorType, errorMessage, trace: stackTrace } = formatted(error);
  const message = { errorType, errorMessage, stackTrace, ...error };
  const line = { timestamp: new Date().toISOString(), level: 'ERROR', requestId, message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function formatted(error) {
  if (!(error instanceof Error))
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const { name, message, stack = '' } = error;
  return { errorType: name, errorMessage: message, trace: stack.split('\n') };
}

/** By node:http and not by fetch, which would be loaded for nothing by functions that do not use it. */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request(`http://${api}/2018-06-01/runtime${path}`, { method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ headers: response.headers, text }));
    });
    sent.on('error', reject).end(body === undefined ? '' : JSON.stringify(body));
  });
}
