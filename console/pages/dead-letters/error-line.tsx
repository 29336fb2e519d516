// An error in one line.
import type { ShownError } from '#client/common-answers.ts';

export function ErrorLine({ error }: { readonly error: ShownError | null }) {
  if (!error) return <span class="soft">no error was recorded</span>;
  return (
    <span class="error-line">
      <bdi>{error.name}</bdi>: <bdi>{error.message}</bdi>
    </span>
  );
}
