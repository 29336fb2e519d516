// The frame around a page: the menu, who has signed in, and what has just happened.
import { useSignal } from '@preact/signals';
import { ErrorBoundary } from 'preact-iso/lazy';
import { Route, Router, useLocation } from 'preact-iso/router';
import type { CallerAnswer } from '#client/deployment-answers.ts';
import { pages } from '#console/pages/pages.tsx';
import { Empty } from '#console/parts/states.tsx';
import { endSession } from '#console/session/session.ts';
import { announcement } from './announce.ts';
import { nextTheme, theme } from './theme.ts';

export function Frame({ caller }: { readonly caller: CallerAnswer }) {
  const isOpen = useSignal(false);
  const { path } = useLocation();
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <a class="brand" href="/console">
          Millrace
        </a>
        <button
          type="button"
          class="plain menu-button"
          aria-expanded={isOpen.value}
          aria-controls="menu"
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          Menu
        </button>
        <nav id="menu" aria-label="Pages" class={isOpen.value ? 'open' : ''}>
          <ul>
            {pages.map(({ path: to, menu }) =>
              menu ? (
                <li key={to}>
                  <a
                    href={to}
                    aria-current={isWithin(path, to) ? 'page' : undefined}
                    onClick={() => {
                      isOpen.value = false;
                    }}
                  >
                    {menu}
                  </a>
                </li>
              ) : null,
            )}
          </ul>
        </nav>
        <div class="who">
          <span class="soft" title={`Scopes: ${caller.scopes.join(', ') || 'none'}`}>
            {caller.name}
          </span>
          <button type="button" class="plain" onClick={nextTheme}>
            Theme: {theme.value}
          </button>
          <button type="button" class="plain" onClick={() => endSession(undefined)}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <ErrorBoundary>
          <Router>
            {pages.map(({ path: at, component }) => (
              <Route key={at} path={at} component={component} />
            ))}
            <Route default component={NoSuchPage} />
          </Router>
        </ErrorBoundary>
      </main>
      <div class="news" aria-live="polite">
        {announcement.value && <p key={announcement.value.id}>{announcement.value.text}</p>}
      </div>
      <footer class="soft">Millrace {caller.release}</footer>
    </>
  );
}

/** A page below another belongs to its entry of the menu; a queue belongs to the overview. */
const isWithin = (path: string, entry: string): boolean =>
  path === entry ||
  (entry === '/console' ? path.startsWith('/console/queues') : path.startsWith(`${entry}/`));

function NoSuchPage() {
  return (
    <div class="page">
      <h1>There is no such page</h1>
      <Empty>
        <a href="/console">Go to the overview</a>
      </Empty>
    </div>
  );
}
