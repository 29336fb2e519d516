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
];
