import type { Mutation } from '../mutation.ts';

/** What operators do, and what they see. */
export const operate: readonly Mutation[] = [
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
