// npm run costs: what a month costs in each mode, for the reader's own load.
import { type CostOptions, readCostOptions, usage } from './command-line.ts';
import { costTable } from './cost-table.ts';
import { toMode } from './mode.ts';
import { monthlyCosts } from './monthly-costs.ts';
import prices from './prices.json' with { type: 'json' };

try {
  const options = readCostOptions(process.argv.slice(2));
  console.log(options ? answer(options) : usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

function answer({ load, modes, json }: CostOptions): string {
  const columns = modes.map((names) => ({
    title: names.join(' + '),
    costs: monthlyCosts(load, toMode(names)),
  }));
  if (!json) return costTable(load, columns);
  const results = columns.map(({ title, costs }) => ({ mode: title, ...costs }));
  return JSON.stringify({ load, results, prices }, null, 2);
}
