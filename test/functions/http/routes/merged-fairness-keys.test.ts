import { expect, test } from 'vitest';
import { mergedPausedKeys } from '#functions/http/routes/merged-fairness-keys.ts';

const page = (fairnessKey: string) => ({
  items: [{ fairnessKey, pausedAt: '2026-01-01T00:00:00+00:00' }],
  nextCursor: fairnessKey,
});

test('a page of several databases ends with the key that is last by its bytes, as theirs do', () => {
  // By the codes of its halves the face would come first, and the letter before it would be on no page.
  const merged = mergedPausedKeys([page('\u{1f600}'), page('\uff21')], { query: { limit: 1 } });
  expect(merged).toMatchObject({ items: [{ fairnessKey: '\uff21' }], nextCursor: '\uff21' });
});
