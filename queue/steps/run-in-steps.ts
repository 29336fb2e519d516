import type { HandlerContext, Message } from '#queue/declare/handler.ts';
import type { Lease, StepsHandler } from '#queue/declare/steps-handler.ts';
import type { HandlerResult } from '#queue/declare/ways-out.ts';
import { StepRun } from './step-run.ts';

interface RunOptions<Payload> {
  readonly message: Message<Payload>;
  readonly context: HandlerContext;
  readonly lease: Lease;
  readonly version: number;
  readonly handler: StepsHandler<Payload>;
}

/**
 * Runs a handler from its beginning, with steps that give at once what is recorded of them. Rejects as the handler does, or with what
 * has ended the run in the middle of a step: then the handler hears nothing any more, and what it would have caught is no failure of
 * its own.
 */
export async function runInSteps<Payload>({
  message,
  context,
  lease,
  version,
  handler,
}: RunOptions<Payload>): Promise<HandlerResult | undefined> {
  const run = new StepRun(context, lease, version);
  // What a finished step has enqueued would be missing from the run that ends the message, which alone stores follow-ups.
  const { enqueue } = context;
  Object.defineProperty(context, 'enqueue', {
    value: ((...given) => {
      run.requireNoStep('enqueue was called');
      return enqueue(...given);
    }) satisfies HandlerContext['enqueue'],
  });
  const { step, sleep, waitFor } = run;
  const handling = handler(message, Object.assign(context, { step, sleep, waitFor }));
  const returned = await Promise.race([handling, run.interrupted]);
  await run.finish();
  return returned ?? undefined;
}
