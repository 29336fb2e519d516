// What a page shows when it has nothing to show yet, nothing at all, or no right to.
import type { ComponentChildren } from 'preact';
import type { Partly } from '#client/common-answers.ts';
import type { Live } from '#console/api/live.ts';
import type { Problem } from '#console/api/problem.ts';
import { caller, type Scope, sleeps } from '#console/session/session.ts';
import { now } from './now.ts';
import { ago } from './words.ts';

export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <p class="state loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {what}…
    </p>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="state empty">{children}</div>;
}

/** What the API has refused, with each fault at its place. */
export function Failed({ problem, retry }: FailedProps) {
  return (
    <div class="state failed" role="alert">
      <strong>{problem.title}</strong>
      {problem.message !== problem.title && <p>{problem.message}</p>}
      {problem.faults.length > 1 && (
        <ul>
          {problem.faults.map(({ pointer, header, parameter, detail }) => (
            <li key={`${pointer}${header}${parameter}${detail}`}>
              <code>{pointer || header || parameter || '/'}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.requestId && (
        <p class="soft">
          Request <code>{problem.requestId}</code>
        </p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface FailedProps {
  readonly problem: Problem;
  readonly retry?: (() => void) | undefined;
}

/** For a page or a part of it that needs another scope than the caller holds. */
export function Forbidden({ scope }: { readonly scope: Scope }) {
  const { name, scopes = [] } = caller.value ?? {};
  return (
    <div class="state forbidden">
      <strong>You may not see this</strong>
      <p>
        It takes the scope <code>{scope}</code>. <b>{name}</b> has{' '}
        {scopes.length === 0 ? 'none' : scopes.map((each) => <code key={each}>{each} </code>)}.
      </p>
    </div>
  );
}

/** How old the figures are, when they are not fresh: the last call has failed, or nobody asks by itself. */
function Freshness<Answer>({ live }: { readonly live: Live<Answer> }) {
  const { problem, answeredAt, isAsking, refresh } = live;
  if (answeredAt === undefined || !(problem || sleeps.value)) return null;
  const age = ago((now.value - answeredAt) / 1000);
  return (
    <div class={problem ? 'stale failed' : 'stale'} role="status">
      <p>
        {problem ? (
          <>
            <strong>{problem.title}.</strong> These figures are from {age}; the next try comes by
            itself.
          </>
        ) : (
          <>
            These figures are from {age}. This deployment sleeps, and looking wakes its database, so
            the console asks only when you do.
          </>
        )}
      </p>
      <button type="button" onClick={refresh} disabled={isAsking}>
        {problem ? 'Try now' : 'Look again'}
      </button>
    </div>
  );
}

/** Of several databases some have not answered, and what they have is not in the figures. */
function Incomplete({ answer }: { readonly answer: Partly }) {
  const away = answer.databasesAway ?? [];
  if (away.length === 0) return null;
  return (
    <div class="stale failed" role="status">
      <p>
        <strong>
          {away.length === 1 ? 'Database' : 'Databases'} {away.join(', ')} did not answer.
        </strong>{' '}
        What is there is not shown.
      </p>
    </div>
  );
}

interface LiveViewProps<Answer extends object> {
  readonly live: Live<Answer>;
  readonly children: (answer: Answer) => ComponentChildren;
}

/** Whatever state it is in: loading, failed, stale or fresh. */
export function LiveView<Answer extends object>({ live, children }: LiveViewProps<Answer>) {
  const { answer, problem, refresh } = live;
  if (answer === undefined)
    return problem ? <Failed problem={problem} retry={refresh} /> : <Loading />;
  return (
    <>
      <Freshness live={live} />
      <Incomplete answer={answer} />
      {children(answer)}
    </>
  );
}
