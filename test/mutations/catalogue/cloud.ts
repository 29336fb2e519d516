import type { Mutation } from '../mutation.ts';

const permissionsTest = 'test/infra/permissions.test.ts';

/** What the template allows, and whom the gateway lets in. */
export const cloud: readonly Mutation[] = [
  {
    name: 'schedules-of-any-name',
    fault: 'The functions may put schedules of any name into the group.',
    file: 'infra/consumer/wake-ups.ts',
    replace: '}/wake-*',
    by: '}/*',
    testFile: permissionsTest,
    test: '%j',
  },
  {
    name: 'role-is-passed-to-any-service',
    fault: 'The functions may give the role of wake-ups to anything in the account.',
    file: 'infra/consumer/wake-ups.ts',
    replace: "'iam:PassedToService': 'scheduler.amazonaws.com'",
    by: "'aws:RequestedRegion': 'eu-west-1'",
    testFile: permissionsTest,
    test: '%j',
  },
  {
    name: 'second-way-is-open',
    fault: 'The gateway lets everybody through to the mount of a way that has an authorizer.',
    file: 'infra/api/queue-api.ts',
    replace: '{ ...all, authorizer }',
    by: '{ ...all, ...(mount === "" && { authorizer }) }',
    testFile: 'test/infra/ways.test.ts',
    test: '%j: the first way has the API at /v1, each other at its mount',
  },
  {
    name: 'old-passwords-are-read',
    fault: 'The functions may read every password that the connection string has ever had.',
    file: 'infra/function/secret-place.ts',
    replace: "action: 'ssm:GetParameter' }",
    by: "action: 'ssm:GetParameter*' }",
    testFile: 'test/infra/database-url.test.ts',
    test: 'may read the value of one parameter and not its history: %s',
  },
  {
    name: 'key-decrypts-anything',
    fault: 'The functions may decrypt with the operator’s key whatever they come by.',
    file: 'infra/function/secret-place.ts',
    replace: "'kms:ViaService'",
    by: "'aws:ResourceAccount'",
    testFile: 'test/infra/database-url.test.ts',
    test: 'decrypts with the operator’s key through %s only',
  },
  {
    name: 'stages-share-a-database',
    fault: 'A stage reads the connection string of the deployment without one.',
    file: 'infra/function/stage.ts',
    replace: 'stage}/database-url`',
    by: 'stage.slice(99)}database-url`',
    testFile: 'test/infra/stages.test.ts',
    test: 'each stage has a connection string of its own',
  },
  {
    name: 'misspelt-setting-is-default',
    fault: 'A misspelt key of the context is passed over, and what it was to set has its default.',
    file: 'infra/read-context.ts',
    replace: 'return unknownKey(key, Object.keys(settings));',
    by: 'return {} as Properties;',
    testFile: 'test/infra/settings.test.ts',
    test: 'is refused with the one that was meant: %s, %s',
  },
];
