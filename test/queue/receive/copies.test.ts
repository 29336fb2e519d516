// Several copies of a message in one batch: no database takes part.
import { expect, test } from 'vitest';
import { oneOfEach } from '#queue/receive/copies.ts';
import { received } from '#test/support/queue/wire.ts';

const id = '0197d3a0-0000-7000-8000-000000000001';
const keysOf = (copies: readonly { readonly key: string }[]) => copies.map(({ key }) => key);

test('different messages are all kept, in their order', () => {
  const batch = [received(), received(), received()];
  expect(oneOfEach(batch)).toEqual({ kept: batch, spare: [] });
});

test('of copies of one round the first is kept, and was delivered as often as any of them', () => {
  const [first, other] = [received({ id }), received()];
  const again = received({ id }, { count: 3 });
  const { kept, spare } = oneOfEach([first, other, again]);
  expect(kept).toEqual([{ ...first, count: 3 }, other]);
  expect(spare).toEqual([again]);
});

test('of several rounds the latest is kept, at the place of the first copy', () => {
  const superseded = received({ id, round: 1 }, { count: 5 });
  const [other, latest] = [received(), received({ id, round: 2 })];
  const older = received({ id, round: 0 });
  const { kept, spare } = oneOfEach([superseded, other, latest, older]);
  expect(keysOf(kept)).toEqual(keysOf([latest, other]));
  expect(kept[0]?.count, 'how often an earlier round was delivered says nothing').toBe(1);
  expect(spare).toEqual([superseded, older]);
});

test('a copy that a batch has twice is not spare: to forget it would lose the message', () => {
  const copy = received({ id });
  const again = { ...copy, count: 2 };
  expect(oneOfEach([copy, again])).toEqual({ kept: [again], spare: [] });
});
