import type { Mutation } from '../mutation.ts';

/** What operators do, and what they see. */
export const operate: readonly Mutation[] = [
  {
    name: 'nobody-ends-what-nobody-drains',
    fault:
      'A delivery that was leased when its queue was removed stays for ever, and its week with it.',
    file: 'migrations/routines/operate/cancel.sql',
    replace: 'with_suspects => true',
    by: 'with_suspects => false',
    testFile: 'test/migrations/routines/operate/unheld-leases.test.ts',
    test: 'cancel ends it and logs the attempt that was lost; its settle is stale then',
  },
  {
    name: 'redacted-lists-are-shown',
    fault: 'A redacted field in a list is shown to everybody who may read.',
    file: 'migrations/routines/operate/internal/redact_path.sql',
    replace: "elsif kind = 'array' and path[1] = '*' then",
    by: "elsif kind = 'array' and path[1] = '**' then",
    testFile: 'test/migrations/routines/operate/redacted.test.ts',
    test: 'hides exactly what errors are cleaned of',
    error: 'Property failed',
  },
];
