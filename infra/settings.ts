// What an operator sets without touching code: in cdk.json, or `cdk deploy --context corsOrigins=https://shop.example`.
import type { Node } from 'constructs';
import type { MillraceProps } from './millrace.ts';

/** Reads `databaseUrlParameter`, `corsOrigins` (separated by commas) and `alarmTopicArn` from the CDK context. */
export function readSettings(node: Node): MillraceProps {
  const parameterName = text(node, 'databaseUrlParameter');
  const origins = text(node, 'corsOrigins');
  const topicArn = text(node, 'alarmTopicArn');
  return {
    ...(parameterName && { databaseUrl: { parameterName } }),
    ...(origins && { api: { corsOrigins: origins.split(',').map((origin) => origin.trim()) } }),
    ...(topicArn && { alarms: { topicArn } }),
  };
}

function text(node: Node, name: string): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`The context value "${name}" is a text; got ${JSON.stringify(value)}`);
}
