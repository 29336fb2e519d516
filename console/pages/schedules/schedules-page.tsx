// What is enqueued at set times: when it comes next, in the zone of whoever looks and in UTC.
import type { ScheduleStatus } from '#client/deployment-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { messagesWith } from '#console/pages/paths.ts';
import { Badge } from '#console/parts/badge.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { ExactTime, Time } from '#console/parts/time.tsx';
import { ScheduleActions } from './schedule-actions.tsx';

export function SchedulesPage() {
  const live = useLive('schedules', operations.schedules, { everySeconds: 10 });
  return (
    <Page title="Schedules" scope="read" intro="Messages that are enqueued at set times.">
      <LiveView live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>The code declares no schedule.</Empty>
          ) : (
            items.map((schedule) => (
              <Schedule key={schedule.name} schedule={schedule} changed={live.refresh} />
            ))
          )
        }
      </LiveView>
    </Page>
  );
}

interface ScheduleProps {
  readonly schedule: ScheduleStatus;
  readonly changed: () => void;
}

function Schedule({ schedule, changed }: ScheduleProps) {
  const { name, type, rule, timeZone, catchUp, paused, lastDueAt } = schedule;
  return (
    <article class="card" aria-label={`Schedule ${name}`}>
      <div class="card-head">
        <h2>
          <bdi>{name}</bdi> {paused && <Badge tone="warn">paused</Badge>}
        </h2>
        <ScheduleActions schedule={schedule} changed={changed} />
      </div>
      <dl class="facts">
        <dt>Enqueues</dt>
        <dd>
          <a href={messagesWith({ type })}>
            <bdi>{type}</bdi>
          </a>
        </dd>
        <dt>Rule</dt>
        <dd>
          <code>{rule}</code> {timeZone !== null && <span>in {timeZone}</span>}
        </dd>
        <dt>Missed times</dt>
        <dd>{catchUpWords(catchUp)}</dd>
        <dt>Last due</dt>
        <dd>
          {lastDueAt === null ? <span class="soft">never yet</span> : <ExactTime at={lastDueAt} />}
        </dd>
        <dt>Next due</dt>
        <dd>
          <NextDue schedule={schedule} />
        </dd>
      </dl>
    </article>
  );
}

function NextDue({ schedule }: Pick<ScheduleProps, 'schedule'>) {
  const { paused, nextDueAt, upcoming } = schedule;
  if (paused) return <span class="soft">not while it is paused</span>;
  const times = upcoming.length > 0 ? upcoming : nextDueAt === null ? [] : [nextDueAt];
  const [first] = times;
  if (first === undefined) return <span class="soft">known after the next drain</span>;
  return (
    <ol class="bare times">
      {times.map((at) => (
        <li key={at}>
          <ExactTime at={at} />
          {at === first && (
            <>
              {' '}
              <Time at={at} />
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function catchUpWords(catchUp: ScheduleStatus['catchUp']): string {
  if (catchUp === 'skip') return 'are skipped';
  if (catchUp === 'once') return 'are caught up once, whatever their number';
  return `are all caught up, ${catchUp.all} at most`;
}
