// Goes to a message whose id somebody has, from a log or an answer.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { messagePath } from '#console/pages/paths.ts';
import { isMessageId } from './message-filter.ts';

export function MessageSearch() {
  const { route } = useLocation();
  const isWrong = useSignal(false);
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get('id');
    const text = String(given ?? '').trim();
    isWrong.value = !isMessageId(text);
    if (!isWrong.value) route(messagePath(text.toLowerCase()));
  };
  return (
    <search aria-label="One message">
      <form class="filter" onSubmit={submit}>
        <label>
          <span>Message by its id</span>
          <input
            name="id"
            autocomplete="off"
            spellcheck={false}
            aria-invalid={isWrong.value}
            aria-describedby={id}
          />
        </label>
        <span class="filter-actions">
          <button type="submit">Open</button>
        </span>
        <p id={id} class="field-error" role="alert">
          {isWrong.value && 'An id looks like 01a1fda7-04ee-7bb2-9647-d99efdfa63fc.'}
        </p>
      </form>
    </search>
  );
}
