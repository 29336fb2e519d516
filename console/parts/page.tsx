// The frame of every page: its heading, what can be done on it, and what it shows.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { holds, type Scope } from '#console/session/session.ts';
import { Forbidden } from './states.tsx';

export interface PageProps {
  readonly title: string;
  /** The scope without which the page has nothing to show. */
  readonly scope: Scope;
  /** A sentence below the heading. */
  readonly intro?: ComponentChildren;
  /** Buttons beside the heading. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Takes the focus to its heading when it comes up, so that a screen reader and the keyboard begin there. */
export function Page({ title, scope, intro, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  useEffect(() => {
    // The first page of a visit leaves the focus to the browser.
    if (hasShownPage) heading.current?.focus({ preventScroll: true });
    hasShownPage = true;
  }, []);
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {intro && <p class="intro">{intro}</p>}
      {holds(scope) ? children : <Forbidden scope={scope} />}
    </div>
  );
}

let hasShownPage = false;
