// One JSON line for each request: enough to see who asks how much and what fails. No headers and no bodies:
// they carry keys and payloads.
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

const line = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
};

export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(line));
