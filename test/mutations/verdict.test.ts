import { expect, test } from 'vitest';
import type { TestOutcome } from './run-tests.ts';
import { verdictOn } from './verdict.ts';

const passed: TestOutcome = {
  testFile: 'a',
  test: 'b',
  status: 'passed',
  failures: [],
  seconds: 1,
};
const failed = (failure: string, seconds = 1): TestOutcome => ({
  ...passed,
  status: 'failed',
  failures: [failure],
  seconds,
});
const asserted = failed('AssertionError: expected 1 to be 2\n    at …');
const refused = failed('error: deadlock detected\n    at …');

test.each([
  ['noticed', 'by an assertion', [asserted]],
  ['noticed', 'by one of the values of a test.each', [passed, asserted, passed]],
  ['survived', 'by a test that passes', [passed, passed]],
  ['not run', 'by a test that is not there', []],
  ['broke', 'by an error that nobody expects', [refused]],
  ['timed out', 'by a test that is given up', [failed('Error: Test timed out in 60000ms.')]],
  [
    'timed out',
    'by a statement that is',
    [failed('error: canceling statement due to lock timeout')],
  ],
  ['timed out', 'by a polling that gives up', [failed('AssertionError: expected 1 to be 2', 41)]],
])('is %s %s', (verdict, _, outcomes) => {
  expect(verdictOn(outcomes)).toBe(verdict);
});

test.each([
  ['noticed', refused],
  ['broke', asserted],
  ['broke', failed('SyntaxError: unexpected token')],
])('is %s where an error is named and %o comes', (verdict, outcome) => {
  expect(verdictOn([outcome], 'deadlock detected')).toBe(verdict);
});
