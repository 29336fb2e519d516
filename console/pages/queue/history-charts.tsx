import { useMemo } from 'preact/hooks';
import type { History, HistoryCounts } from '#client/queue-answers.ts';
import type { Line } from '#console/charts/line.ts';
import { LineChart } from '#console/charts/line-chart.tsx';
import { perMinute, type WholeSlots, wholeSlots } from '#console/charts/slots.ts';
import { count, milliseconds, rate } from '#console/parts/words.ts';

interface HistoryChartsProps {
  readonly history: History;
  readonly queue: string;
}

/** Throughput and failures in one chart, waiting and running in the other, and all of it in a sentence. */
export function HistoryCharts({ history, queue }: HistoryChartsProps) {
  const { at, outcomes, times } = useMemo(() => linesOf(history, queue), [history, queue]);
  const total = history.queues.find((each) => each.queue === queue)?.total;
  const summary = total
    ? summaryOf(total, history.period)
    : `Nothing in the last ${history.period}.`;
  return (
    <>
      <p>{summary}</p>
      {total && (
        <div class="charts">
          <LineChart title="A minute" at={at} lines={outcomes} written={rate} summary={summary} />
          <LineChart title="Time" at={at} lines={times} written={milliseconds} summary={summary} />
        </div>
      )}
    </>
  );
}

function linesOf(history: History, queue: string) {
  const slots = wholeSlots(history, queue);
  const { slotSeconds } = history;
  const outcomes: Line[] = [
    { name: 'done', colour: '--good', values: perMinute(slots, 'done', slotSeconds) },
    { name: 'retried', colour: '--warn', values: perMinute(slots, 'retried', slotSeconds) },
    { name: 'dead', colour: '--bad', values: perMinute(slots, 'dead', slotSeconds) },
  ];
  const times: Line[] = [
    { name: 'waited, half', colour: '--busy', values: timesOf(slots, 'waitMs', 'p50') },
    {
      name: 'waited, 95 %',
      colour: '--busy',
      isDashed: true,
      values: timesOf(slots, 'waitMs', 'p95'),
    },
    { name: 'ran, half', colour: '--accent', values: timesOf(slots, 'runMs', 'p50') },
    {
      name: 'ran, 95 %',
      colour: '--accent',
      isDashed: true,
      values: timesOf(slots, 'runMs', 'p95'),
    },
  ];
  return { at: slots.at, outcomes, times };
}

const timesOf = (
  { counts }: WholeSlots,
  what: 'waitMs' | 'runMs',
  share: 'p50' | 'p95',
): (number | null)[] => counts.map((slot) => slot?.[what][share] ?? null);

function summaryOf({ done, retried, dead, waitMs, runMs }: HistoryCounts, period: string): string {
  const outcomes = `In the last ${period} ${count(done)} done, ${count(retried)} retried, ${count(dead)} dead.`;
  const waited = `Half were started within ${milliseconds(waitMs.p50)} of being due, 95 % within ${milliseconds(waitMs.p95)}`;
  const ran = `handlers ran for ${milliseconds(runMs.p50)}, and 95 % for less than ${milliseconds(runMs.p95)}`;
  return `${outcomes} ${waited}; ${ran}.`;
}
