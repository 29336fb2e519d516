// `audit`: what operators did.
import type { Command } from 'commander';
import { plainJson } from '#cli/print/plain.ts';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toName, toNumber } from './arguments.ts';
import { withoutUndefined } from './messages.ts';
import { noteMore } from './pages.ts';

interface AuditFlags extends CommonFlags {
  readonly actor?: string;
  readonly action?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export function defineAudit(command: Command): void {
  reaching(command, ['npx millrace audit --action redrive --limit 10'])
    .option('--actor <name>', 'of this caller', toName)
    .option('--action <action>', 'of this kind, such as redrive', toName)
    .option('--limit <n>', 'of one page, 1 to 200', toNumber(1, 200), 50)
    .option('--cursor <cursor>', 'where the page before ended')
    .action((flags: AuditFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { actor, action, limit, cursor } = flags;
        const page = await operations.audit(withoutUndefined({ actor, action, limit, cursor }));
        print.show(page, () =>
          print.table(page.items, [
            { name: 'at', of: ({ at }) => instantText(at) },
            { name: 'actor', of: (line) => line.actor },
            { name: 'login', of: ({ sessionRole }) => sessionRole },
            { name: 'action', of: (line) => line.action },
            { name: 'affected', isNumber: true, of: ({ affected }) => affected },
            { name: 'target', gives: true, of: ({ target }) => plainJson(target) },
          ]),
        );
        noteMore(page, print);
      }),
    );
}
