import type { Mutation } from '../mutation.ts';

const initTests = 'test/cli/init/init.test.ts';

/** What the program does in somebody's own application. */
export const application: readonly Mutation[] = [
  {
    name: 'application-links-no-libraries',
    fault: 'Where no script ran after the installation, as with pnpm, Postgres does not start.',
    file: 'local/postgres/postgres-programs.ts',
    replace: "await linkLibraries(join(dirname(programs), '..'));",
    by: '',
    testFile: 'test/local/postgres/postgres-programs.test.ts',
    test: 'makes the links that the package’s script has not made, whoever else does so at the same time',
    error: 'error while loading shared libraries',
  },
  {
    name: 'application-proposes-what-is-refused',
    fault: 'The line that start prints sends a payload that the application’s own schema refuses.',
    file: 'local/example-message.ts',
    replace: 'return issues ? undefined : example;',
    by: 'return example;',
    testFile: 'test/local/example-message.test.ts',
    test: 'is of the first type whose payload can be told',
  },
  {
    name: 'application-prints-errors-twice',
    fault: 'What esbuild finds in an application is printed by esbuild and by the command.',
    file: 'bundling/bundle.ts',
    replace: "logLevel: 'silent'",
    by: "logLevel: 'warning'",
    testFile: 'test/local/application-registry.test.ts',
    test: 'prints what esbuild finds once',
  },
  {
    name: 'application-gets-an-example-it-has-outgrown',
    fault:
      'An application that has queues gets the example’s files beside them when init runs again.',
    file: 'cli/init/plan.ts',
    replace: '...(isNew ? queueFiles(around) : []),',
    by: '...queueFiles(around),',
    testFile: initTests,
    test: 'adds no example to an application that has a registry',
  },
  {
    name: 'application-is-left-half-written',
    fault: 'init writes the first files before it finds out that others cannot be written.',
    file: 'cli/init/write-files.ts',
    replace: '  for (const { path } of files) await requireWritable(folder, path);\n',
    by: '',
    testFile: initTests,
    test: 'writes nothing when a file lies where a folder has to be',
  },
];
