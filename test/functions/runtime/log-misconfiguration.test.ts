import { expect, test } from 'vitest';
import { ConnectionStringUnavailable } from '#functions/runtime/connection-string-unavailable.ts';
import { misconfigurationLog } from '#functions/runtime/log-misconfiguration.ts';
import { connectionLost } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const unavailable = (reason: string, isTransient = false) =>
  new ConnectionStringUnavailable('the SSM parameter "/shop/url"', { reason, isTransient });
const withCode = (code: string) => Object.assign(new Error('it is so'), { code });

test('is told once for each cause', () => {
  const log = recordingLog();
  const tell = misconfigurationLog(log);
  for (const reason of ['ParameterNotFound', 'ParameterNotFound', 'AccessDeniedException'])
    expect(tell(unavailable(reason))).toBe(true);
  expect(tell(withCode('3F000'))).toBe(true);
  expect(tell(withCode('3F000'))).toBe(true);
  expect(log.lines.map(({ message }) => message)).toEqual([
    'database-misconfigured',
    'database-misconfigured',
    'database-unmigrated',
  ]);
});

test.each([connectionLost(), withCode('57P01'), withCode('42601'), unavailable('no answer', true)])(
  'is not what may pass, nor a defect: %s',
  (error) => {
    const log = recordingLog();
    expect(misconfigurationLog(log)(error)).toBe(false);
    expect(log.lines).toEqual([]);
  },
);

test.each([
  [unavailable('ParameterNotFound'), 'store the connection string there, or name its real place'],
  [unavailable('ResourceNotFoundException'), 'store the connection string there'],
  [unavailable('AccessDeniedException'), 'allow the role of the function to read it'],
  [unavailable('InvalidKeyId'), 'mend what AWS refuses'],
  [unavailable('it is no URL such as'), 'store the connection string in one of these forms'],
  [withCode('3F000'), 'invoke the migration function'],
  [withCode('42883'), 'invoke the migration function'],
  [withCode('42501'), 'give the login of the connection string the role'],
  [withCode('3D000'), 'store a connection string with a database that exists'],
  [withCode('28P01'), 'store a connection string with a login that the database accepts'],
])('says what to do about %s', (error, todo) => {
  const log = recordingLog();
  misconfigurationLog(log)(error);
  expect(log.lines[0]).toMatchObject({ level: 'error' });
  expect(JSON.stringify(log.lines[0])).toContain(todo);
});
