import { now } from './now.ts';
import { ago, localTime, utcTime } from './words.ts';

/** How long ago an instant was, or until it comes. The exact time, local and UTC, is its tooltip. */
export function Time({ at }: { readonly at: string | null }) {
  if (at === null) return <span class="soft">–</span>;
  return (
    <time dateTime={at} title={`${localTime(at)} (${utcTime(at)})`}>
      {ago((now.value - Date.parse(at)) / 1_000)}
    </time>
  );
}

/** The exact time in the zone of whoever looks, with UTC beside it. */
export function ExactTime({ at }: { readonly at: string }) {
  return (
    <time dateTime={at}>
      {localTime(at)} <span class="soft">{utcTime(at)}</span>
    </time>
  );
}
