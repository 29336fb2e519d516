// Monthly costs as a person reads them.
import { neededUnits } from './compute-units.ts';
import { durableFunctionsCost } from './durable-functions.ts';
import { daysOfMonth, type Load } from './load.ts';
import type { MonthlyCosts } from './monthly-costs.ts';
import prices from './prices.json' with { type: 'json' };

interface Column {
  readonly title: string;
  readonly costs: MonthlyCosts;
}

/** Parts that cost less than half a cent in every column are left out. */
export function costTable(load: Load, columns: readonly Column[]): string {
  const names = Object.keys(columns[0]?.costs.parts ?? {}).filter((name) =>
    columns.some(({ costs }) => (costs.parts[name] ?? 0) >= 0.005),
  );
  const titles = columns.map(({ title }) => title);
  return [
    describe(load),
    '',
    line('USD a month', titles, titles),
    ...names.map((name) =>
      line(
        name,
        columns.map(({ costs }) => cents(costs.parts[name])),
        titles,
      ),
    ),
    line(
      'together',
      columns.map(({ costs }) => cents(costs.total)),
      titles,
    ),
    '',
    line(
      load.databases > 1 ? 'hours awake each' : 'hours awake',
      columns.map(({ costs }) => costs.awakeHours.toFixed(0)),
      titles,
    ),
    ...freePlan(load, columns, titles),
    ...largerCompute(load),
    ...otherSteps(load),
    '',
    `Prices of ${prices.asOf}: ${prices.source}.`,
  ].join('\n');
}

const carriers = {
  postgres: '',
  sqs: ', by standard queues of SQS',
  'sqs-fifo': ', by FIFO queues of SQS',
};

function describe(load: Load): string {
  const { messages, batch, burst, hours, days, engine, databases, steps } = load;
  const places = databases > 1 ? `, in ${databases} databases` : '';
  const work = steps > 0 && engine === 'postgres' ? `, of ${number(steps)} steps each` : '';
  const carrier = `${carriers[engine]}${places}${work}`;
  if (messages === 0) return `No messages${carrier}.`;
  const together = Math.max(batch, burst);
  const size = together > 1 ? `${number(together)} at a time` : 'one by one';
  const requests = batch > 1 ? `, ${number(batch)} in a call` : '';
  const time = `${number(hours)} hours of ${number(Math.min(days, daysOfMonth))} days`;
  return `${number(messages)} messages a month, ${size}${requests}, spread over ${time}${carrier}.`;
}

/** The Free plan costs nothing and ends: its hours are what matters. Each database has those of a project of its own. */
function freePlan(load: Load, columns: readonly Column[], titles: readonly string[]): string[] {
  if (load.plan !== 'free') return [];
  const lasts = columns.map(({ costs }) => {
    const hours = prices.neon.freeComputeUnitHours * load.databases;
    const days = (hours / costs.computeUnitHours) * daysOfMonth;
    return days >= daysOfMonth ? 'all month' : `${days.toFixed(1)} days`;
  });
  return [line('Free plan lasts', lasts, titles)];
}

/** Nothing where the compute that was asked for is enough. */
function largerCompute(load: Load): string[] {
  const needed = neededUnits(load);
  if (needed <= load.computeUnits) return [];
  return [
    '',
    `Let ${load.databases > 1 ? 'each database' : 'Neon'} scale to at least ${number(Math.ceil(needed * 4) / 4)} CU while messages come.`,
  ];
}

/** Nothing where there are none. */
function otherSteps(load: Load): string[] {
  const usd = durableFunctionsCost(load);
  if (load.steps === 0 || usd === 0) return [];
  return [
    '',
    `Lambda's durable functions take ${cents(usd)} for as many steps, and the functions' time on top of it.`,
  ];
}

function line(name: string, cells: readonly string[], titles: readonly string[]): string {
  const padded = cells.map((cell, n) => cell.padStart(Math.max(10, titles[n]?.length ?? 0)));
  return [name.padEnd(16), ...padded].join('  ').trimEnd();
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** Less than half a cent is something, and not nothing. Halves, such as 19.345, go up. */
function cents(value = 0): string {
  return value > 0 && value < 0.005 ? '<0.01' : (value + 1e-9).toFixed(2);
}
