// Which queues of an application are on SQS, asked once in a synthesis: bundling its registry takes some 0.2 s, and the stacks of all
// stages have the same one.
import type { Application } from '#bundling/application.ts';
import { type SqsQueue, sqsQueuesOf } from '#bundling/sqs-queues.ts';

const known = new Map<string, readonly SqsQueue[]>();

/** Throws as sqsQueuesOf does. */
export function declaredOnSqs(application: Application): readonly SqsQueue[] {
  const declared = known.get(application.registry) ?? sqsQueuesOf(application);
  known.set(application.registry, declared);
  return declared;
}
