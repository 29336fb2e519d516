// How the queue went over the last hour, day or week.
import { useSignal } from '@preact/signals';
import type { Period } from '#client/queue-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { LiveView } from '#console/parts/states.tsx';
import { HistoryCharts } from './history-charts.tsx';

const periods: readonly Period[] = ['hour', 'day', 'week'];

export function HistorySection({ queue }: { readonly queue: string }) {
  const period = useSignal<Period>('hour');
  const of = period.value;
  const live = useLive(`${queue} ${of}`, () => operations.history({ period: of, queue }), {
    everySeconds: 60,
  });
  return (
    <section>
      <div class="page-head">
        <h2>History</h2>
        <fieldset class="choice">
          <legend class="unseen">Period</legend>
          {periods.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === of}
              onClick={() => {
                period.value = each;
              }}
            >
              {each}
            </button>
          ))}
        </fieldset>
      </div>
      <LiveView live={live}>
        {(history) => <HistoryCharts history={history} queue={queue} />}
      </LiveView>
    </section>
  );
}
