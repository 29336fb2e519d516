import type { Mutation } from '../mutation.ts';

/** What is packed for other applications. */
export const packed: readonly Mutation[] = [
  {
    name: 'package-without-tables',
    fault: 'The package has no table of the schema, so that a migration from it makes nothing.',
    file: 'packaging/build.ts',
    replace: "'migrations/tables', ",
    by: '',
    testFile: 'test/package/contents.test.ts',
    test: 'has the SQL of the checkout: %s',
    error: 'ENOENT',
  },
  {
    name: 'package-names-sources',
    fault: 'Compiled files import names that only the checkout knows.',
    file: 'packaging/name-relatively.ts',
    replace: 'imported(/#(',
    by: 'imported(/##(',
    testFile: 'test/package/name-relatively.test.ts',
    test: 'in %s, %s names %s',
  },
  {
    name: 'cdk-is-no-option',
    fault: 'Whoever only enqueues installs the whole CDK as well.',
    file: 'package.json',
    replace: `    "aws-cdk-lib": {
      "optional": true
    },
`,
    by: '',
    testFile: 'test/package/manifest.test.ts',
    test: 'needs nothing of the CDK, no Postgres and no React where nobody asks for them',
  },
];
