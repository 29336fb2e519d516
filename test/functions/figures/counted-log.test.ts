import { expect, test, vi } from 'vitest';
import { countedLog } from '#functions/figures/counted-log.ts';
import { Figures } from '#functions/figures/figures.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

test('wake-ups, hand-overs and webhooks are counted by their lines, which go on to the log', () => {
  const log = recordingLog();
  const written = recordingLog();
  const figures = new Figures('Shop', written);
  const counted = countedLog(log, figures);
  counted.debug('wake-up armed');
  counted.debug('wake-up armed');
  counted.warn('wake-up lost', { reason: 'Throttling' });
  counted.info('handed over', { helpers: 3 });
  for (const answer of ['2xx', '2xx', 'None']) counted.debug('webhook sent', { answer });
  counted.info('drained');
  figures.write();
  expect(log.lines).toHaveLength(8);
  expect(log.lines[2]).toEqual({
    level: 'warn',
    message: 'wake-up lost',
    attributes: { reason: 'Throttling' },
  });
  expect(written.lines).toMatchObject([
    {
      attributes: {
        ...{ WakeUpsArmed: 2, WakeUpsLost: 1, HandedOver: 3 },
        ...{ Webhooks2xx: 2, WebhooksNone: 1 },
      },
    },
  ]);
});

test('what was written is not written again', () => {
  const written = { ...recordingLog(), info: vi.fn() };
  const figures = new Figures('Shop', written);
  figures.count('WakeUpsLost');
  figures.write();
  figures.write();
  expect(written.info).toHaveBeenCalledTimes(1);
});
