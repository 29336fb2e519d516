// Millrace as a stack of its own, beside the stacks that your app has already. To have it inside of one of them, write
// `new Millrace(this, 'Queue', { registry: 'queue/registry.ts' })` there, with Millrace from 'millrace/cdk'.
import type { App } from 'aws-cdk-lib';
import { MillraceStack } from 'millrace/cdk';

export function addQueueStack(app: App): MillraceStack {
  return new MillraceStack(app, 'Millrace', { millrace: { registry: 'queue/registry.ts' } });
}
