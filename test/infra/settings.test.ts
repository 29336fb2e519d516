import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readSettings } from '#infra/settings.ts';

const settingsOf = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

test('an operator who sets nothing gets the defaults', () => {
  expect(settingsOf({})).toEqual({});
});

test('parameter, origins and topic come from the context', () => {
  const topicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
  expect(
    settingsOf({
      databaseUrlParameter: '/shop/database-url',
      corsOrigins: 'https://shop.example, http://localhost:3000',
      alarmTopicArn: topicArn,
    }),
  ).toEqual({
    databaseUrl: { parameterName: '/shop/database-url' },
    api: { corsOrigins: ['https://shop.example', 'http://localhost:3000'] },
    alarms: { topicArn },
  });
});

test('a value that is no text is refused by name', () => {
  expect(() => settingsOf({ corsOrigins: ['https://shop.example'] })).toThrow(/"corsOrigins"/);
});
