import type { Mutation } from '../mutation.ts';

const portionsTest = 'test/console/pages/dead-letters/portions.test.ts';

/** What an operator's click does, to how many letters. */
export const console: readonly Mutation[] = [
  {
    name: 'dry-run-is-none',
    fault: 'Opening the dialog redrives or discards before anybody has confirmed.',
    file: 'console/pages/dead-letters/portions.ts',
    replace: 'limit: countedAtOnce, dryRun: true',
    by: 'limit: countedAtOnce, dryRun: false',
    testFile: portionsTest,
    test: 'counts before it acts, and changes nothing by that',
  },
  {
    name: 'all-letters-have-no-end',
    fault: 'Letters that die again during a redrive are sent round for ever.',
    file: 'console/pages/dead-letters/choices.ts',
    replace: 'return { filter: { ...filter, before } };',
    by: 'return { filter };',
    testFile: portionsTest,
    test: 'means no letter that died after the newest which the page shows',
  },
  {
    name: 'selection-reaches-other-queues',
    fault: "A selected letter takes its message's letters in all other queues along.",
    file: 'console/pages/dead-letters/choices.ts',
    replace: 'filter: { queue } }));',
    by: 'filter: {} }));',
    testFile: portionsTest,
    test: 'names selected letters by their queue, a thousand a call',
  },
];
