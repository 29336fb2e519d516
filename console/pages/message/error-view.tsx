// An error with what caused it, and the errors that it stands for. Only callers who may operate are sent stacks.
import type { ShownError } from '#client/common-answers.ts';

export function ErrorView({ error }: { readonly error: ShownError }) {
  return (
    <div class="error">
      <p>
        <bdi class="error-name">{error.name}</bdi>
        {error.code !== undefined && (
          <>
            {' '}
            <bdi class="badge">{String(error.code)}</bdi>
          </>
        )}{' '}
        <bdi class="error-message">{error.message}</bdi>
      </p>
      {error.stack !== undefined && (
        <details>
          <summary>Stack</summary>
          {/* It scrolls sideways, which the keyboard can do only where the focus can be. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to take the focus. */}
          <pre tabIndex={0}>{error.stack}</pre>
        </details>
      )}
      {error.cause && <Below title="Caused by" errors={[error.cause]} />}
      {error.errors && error.errors.length > 0 && <Below title="Errors" errors={error.errors} />}
    </div>
  );
}

function Below({
  title,
  errors,
}: {
  readonly title: string;
  readonly errors: readonly ShownError[];
}) {
  return (
    <div class="error-below">
      <p class="soft">{title}</p>
      <ul>
        {errors.map((error, index) => (
          // An error has nothing of its own to be known by, and the list never changes its order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          <li key={index}>
            <ErrorView error={error} />
          </li>
        ))}
      </ul>
    </div>
  );
}
