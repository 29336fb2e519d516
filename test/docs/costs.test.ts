// What the pages show of npm run costs is what it says.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readCostOptions } from '#infra/cost/command-line.ts';
import { neededUnits } from '#infra/cost/compute-units.ts';
import type { Load } from '#infra/cost/load.ts';
import { toMode } from '#infra/cost/mode.ts';
import { monthlyCosts } from '#infra/cost/monthly-costs.ts';
import { guideBlocks } from '#test/support/docs/guide-blocks.ts';

const command = /^npm run -s costs( -- (?<words>.+))?\n$/;

async function shown(page: string) {
  const blocks = guideBlocks(await readFile(page, 'utf8'));
  return blocks.flatMap(({ text, line }, n) => {
    const words = command.exec(text)?.groups?.['words'] ?? '';
    return command.test(text) ? [{ page, line, words, output: blocks[n + 1]?.text }] : [];
  });
}

const examples = [...(await shown('docs/deploy.md')), ...(await shown('docs/scale.md'))];

test('both pages show some', () => {
  expect(new Set(examples.map(({ page }) => page)).size).toBe(2);
});

test.each(examples)('$page, line $line: $words', ({ words, output }) => {
  const given = words.split(' ').filter(Boolean);
  const said = execFileSync(process.execPath, ['infra/cost/costs.ts', ...given], {
    encoding: 'utf8',
  });
  expect(output).toBe(said);
});

test('the table of rates in docs/scale.md is computed', async () => {
  const page = await readFile('docs/scale.md', 'utf8');
  const rows = Array.from(page.matchAll(/^\| +([\d,]+)((?: \| +[\d,]+){4}) \|$/gm));
  expect(rows).toHaveLength(6);
  for (const [, rate = '', cells = ''] of rows) {
    const perSecond = Number(rate.replaceAll(',', ''));
    const ways = ['--batch 1', '--batch 10', '--batch 10 --http-share 0'].map((way) =>
      costsOf(perSecond, way),
    );
    const parts = ways[2]?.parts ?? {};
    const neon = ['Neon compute', 'Neon storage', 'Neon restore'].map((name) => parts[name] ?? 0);
    const sums = [...ways.map(({ total }) => total), neon.reduce((sum, part) => sum + part)];
    const usd = sums.map((sum) => sum.toLocaleString('en-US', { maximumFractionDigits: 0 }));
    expect(cells.match(/[\d,]+/g)).toEqual(usd);
  }
});

const carriers = [
  ...['postgres', 'postgres --databases 4', 'postgres --databases 16'],
  ...['sqs --history all', 'sqs --history failures'],
];

test('so is the table by what carries the messages', async () => {
  const page = await readFile('docs/scale.md', 'utf8');
  const rows = Array.from(page.matchAll(/^\| +([\d,]+) (over HTTP|in SQL) +\|(.* CU +)\|$/gm));
  expect(rows).toHaveLength(6);
  for (const [, rate = '', source, cells = ''] of rows) {
    const perSecond = Number(rate.replaceAll(',', ''));
    const share = source === 'in SQL' ? 0 : 1;
    const computed = carriers.map((carrier) => {
      const way = `--batch 10 --http-share ${share} --engine ${carrier}`;
      const total = costsOf(perSecond, way).total.toLocaleString('en-US', {
        maximumFractionDigits: 0,
      });
      return `${total}; ${neededUnits(loadOf(perSecond, way)).toFixed(2)} CU`;
    });
    expect(cells.split('|').map((cell) => cell.trim())).toEqual(computed);
  }
});

const costsOf = (perSecond: number, way: string) =>
  monthlyCosts(loadOf(perSecond, way), toMode(['hand-over']));

function loadOf(perSecond: number, way: string): Load {
  const words = `--messages ${perSecond * 2_628_000} --keep-days 7 ${way}`.split(' ');
  const options = readCostOptions(words);
  if (!options) throw new Error('these words ask for no help');
  return options.load;
}
