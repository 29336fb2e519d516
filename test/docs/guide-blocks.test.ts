// What keeps a guide from being believed: blocks whose purpose is unclear, and output that is not what came.
import { expect, test } from 'vitest';
import { guideBlocks } from '#test/support/docs/guide-blocks.ts';
import { isShown, isShownWithin } from '#test/support/docs/shown-output.ts';
import { tryGuide } from '#test/support/docs/try-guide.ts';

const fence = (info: string, text: string) => `\`\`\`${info}\n${text}\n\`\`\`\n`;

test.each([
  ['sh', 'npm start', 'start'],
  ['sh', 'npm start -- --every 1s', 'start'],
  ['sh', 'MILLRACE_ALLOWED_ORIGINS=http://localhost:5173 npm start', 'start'],
  ['sh', 'npm start &', 'shell'],
  ['sh until-shown', 'curl $api', 'shell'],
  ['sql', 'select 1;', 'sql'],
  ['sql', '-- handlers/tables/0003_review.sql\nselect 1;', 'file'],
  ['sql', '-- Two words\nselect 1;', 'sql'],
  ['ts', '// handlers/review.ts\nexport {};', 'file'],
  ['diff', '@@ a.ts @@\n-a\n+b', 'edit'],
  ['', 'ready', 'output'],
  ['json log', '{}', 'output'],
  ['ts not-run', "import { Queue } from 'elsewhere';", 'not-run'],
])('a block "%s" of %j is of the kind %s', (info, text, kind) => {
  expect(guideBlocks(fence(info, text))).toMatchObject([{ kind, line: 1 }]);
});

test.each([
  ['ts', 'const order = 1;', 'line 1: what is this ts block for?'],
  ['yaml', 'a: 1', 'line 1: what is this yaml block for?'],
  ['sh not-ran', 'aws', 'line 1: no flag is named "not-ran"'],
])('a block "%s" of %j is refused', (info, text, message) => {
  expect(() => guideBlocks(fence(info, text))).toThrow(message);
});

test.each([
  [
    'an id',
    '{"id": "01a1fd71-3a0f-7a0c-b11b-24a0891b25d9"}',
    '{"id":"01a211a8-dc43-7e1b-a8df-fde9f5c75a18"}',
  ],
  ['a time', 'at 2026-11-25T07:43:28Z', 'at 2026-12-01T00:00:00.123456+00:00'],
  ['a duration', '3 passed in 1.2s', '3 passed in 800 ms'],
  ['what is left out', 'a … c', 'a b b c'],
])('%s may differ', (_, shown, printed) => {
  expect(isShown(shown, printed)).toBe(true);
});

test.each([
  ['{"status":"done"}', '{"status":"dead"}'],
  ['a … c', 'a b'],
  ['a … a', 'a'],
  ['done', 'done done'],
])('%j is not what %j shows', (shown, printed) => {
  expect(isShown(shown, printed)).toBe(false);
});

test('a log shows something anywhere', () => {
  const log = '{"claimed":0}\n{"claimed":1, "done":1}\n';
  expect(isShownWithin('{"claimed":1,…}', log)).toBe(true);
  expect(isShownWithin('{"claimed":2,…}', log)).toBe(false);
});

test('a guide fails with the line of the block that did something else', async () => {
  const guide = fence('sh', 'word=kept') + fence('sh', 'echo $word') + fence('', 'lost');
  await expect(tryGuide(guide)).rejects.toThrow('line 7: line 4 printed something else:\nkept');
});

test.each([
  ['false; true', 'line 1: it failed'],
  ['false | true', 'line 1: it failed'],
])('a guide fails when a command does, as in %j', async (commands, message) => {
  await expect(tryGuide(fence('sh', commands))).rejects.toThrow(message);
});

test('a guide fails when its TypeScript does not compile', async () => {
  const guide = fence('ts', "// handlers/wrong.ts\nexport const wrong: number = 'one';");
  await expect(tryGuide(guide)).rejects.toThrow("Type 'string' is not assignable to type 'number'");
});

test('a guide fails when what it changes is not there', async () => {
  const guide = fence('diff', '@@ handlers/registry.ts @@\n-no such line\n+another');
  await expect(tryGuide(guide)).rejects.toThrow('not found exactly once');
});
