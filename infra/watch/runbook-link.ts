// How alarms and the dashboard say where the runbook is.

/** The name that a heading gets as an anchor: "OldestWaiting" stands under "Oldest waiting", `#oldest-waiting`. */
const anchorOf = (id: string) => id.replace(/\B[A-Z]/g, '-$&').toLowerCase();

/** A URL that opens, or else the file and its section. Throws a TypeError when the URL is none of the web. */
export function runbookLink(url: string | undefined, id?: string): string {
  const section = id ? `#${anchorOf(id)}` : '';
  if (url === undefined) return `docs/runbook.md${section} in the checkout of this deployment`;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new TypeError(
      `alarms.runbookUrl is a URL that begins with https://; got ${JSON.stringify(url)}`,
    );
  return `${url}${section}`;
}
