// What is recorded of a handler in steps: each step, sleep and wait with its bar on the timeline, its times in words, and what it gave.
import type { Delivery, Step } from '#client/message-answers.ts';
import { JsonView } from '#console/pages/json/json-view.tsx';
import { Time } from '#console/parts/time.tsx';
import { counted, runTime } from '#console/parts/words.ts';
import { LastOf } from './last-of.tsx';
import { milliseconds, type TimeScale } from './time-scale.ts';
import { StepBar } from './timeline.tsx';

interface StepsProps {
  readonly delivery: Delivery;
  readonly scale: TimeScale;
}

export function Steps({ delivery, scale }: StepsProps) {
  const { steps, queue, finishedAt: over } = delivery;
  if (!steps) return <UnawaitedEvents delivery={delivery} />;
  return (
    <>
      <p class="soft">Steps</p>
      <LastOf items={steps} what="steps">
        {(shown) => (
          <ol class="attempts" aria-label={`Steps in ${queue}`}>
            {shown.map((step) => (
              <li class="attempt" key={`${step.startedAt} ${step.name}`}>
                <StepBar step={step} over={over} scale={scale} />
                <p>
                  <bdi>{step.name}</bdi>{' '}
                  <span class="soft">
                    <Course step={step} over={over} />
                  </span>
                </p>
                <Given step={step} />
              </li>
            ))}
          </ol>
        )}
      </LastOf>
      <UnawaitedEvents delivery={delivery} />
    </>
  );
}

/** Events that came, and that no step has waited for: they are kept for one that will, or their name is another one. */
function UnawaitedEvents({ delivery: { events, queue } }: { readonly delivery: Delivery }) {
  if (!events) return null;
  return (
    <>
      <p class="soft">Events that nothing has waited for so far</p>
      <ul aria-label={`Events that nothing in ${queue} has waited for`}>
        {events.map(({ name, sentAt }) => (
          <li key={name}>
            <bdi>{name}</bdi>{' '}
            <span class="soft">
              <Time at={sentAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

interface CourseProps {
  readonly step: Step;
  /** When its delivery ended, which leaves a sleep or a wait in the middle where it was cancelled then. */
  readonly over: string | null;
}

/** What it was or is, and for how long. */
function Course({ step: { kind, startedAt, finishedAt, dueAt, bytes }, over }: CourseProps) {
  const ended = finishedAt ?? over;
  if (ended === null)
    return (
      <>
        {kind === 'sleep' ? 'sleeps, over' : 'event that it waits for, given up'}{' '}
        <Time at={dueAt} />
      </>
    );
  const took = runTime(Math.max(0, milliseconds(ended) - milliseconds(startedAt)));
  if (kind === 'sleep')
    return <>{finishedAt === null ? `sleep, cut short after ${took}` : `slept ${took}`}</>;
  if (kind === 'step') return <>step, ran {took}</>;
  return <>{bytes === null ? `event that did not come within ${took}` : `event after ${took}`}</>;
}

function Given({ step: { name, bytes, result } }: { readonly step: Step }) {
  if (bytes === null) return null;
  const size = counted(bytes, 'byte');
  // "null" has 4.
  if (result === null && bytes > 4) return <p class="soft">Gave {size}, too much to show here.</p>;
  return (
    <details>
      <summary>Gave {size}</summary>
      <JsonView value={result} label={`What ${name} gave`} />
    </details>
  );
}
