// `send-event`: what a handler in steps waits for.
import type { Command } from 'commander';
import { Failure } from '#cli/failure.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toId, toName } from './arguments.ts';
import { payloadFrom } from './payload.ts';

export function defineSendEvent(command: Command): void {
  reaching(command, [
    `npx millrace send-event 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9 approved '{"by":"ann"}'`,
  ])
    .argument('<id>', "the message's id", toId)
    .argument('<name>', 'what the handler waits for', toName)
    .argument('[payload]', 'JSON, @ and the name of a file, or - for the input', 'null')
    .action((id: string, name: string, source: string, flags: CommonFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const payload = await payloadFrom(source);
        const sent = await operations.sendEvent(id, { name, payload });
        if (sent.sentAt === null)
          throw new Failure('failed', `${id} has 100 events already: this one is not kept`);
        print.show(sent, () =>
          sent.accepted
            ? `${id} has the event ${name}.`
            : `${id} had the event ${name} already, with another payload, and that one counts.`,
        );
      }),
    );
}
