import type { AwsAccess } from './access.ts';
import { type AwsCall, callAws, refused } from './call-aws.ts';

/**
 * The highest number among a function's published versions; 0 when it has none. Lambda counts upwards and gives no number
 * twice. Throws an AwsCallFailed.
 */
export async function newestVersion(
  access: AwsAccess,
  { functionName, timeoutMs }: { readonly functionName: string; readonly timeoutMs: number },
): Promise<number> {
  let newest = 0;
  for (let marker = ''; ; ) {
    const page = await versionsFrom(access, { functionName, timeoutMs, marker });
    // $LATEST is among them, which is no number.
    const numbers = page.Versions.map(({ Version }) => Number(Version)).filter((n) => n > 0);
    newest = Math.max(newest, ...numbers);
    if (!page.NextMarker) return newest;
    marker = page.NextMarker;
  }
}

interface Page {
  readonly Versions: readonly { readonly Version: string }[];
  readonly NextMarker?: string | null;
}

async function versionsFrom(
  access: AwsAccess,
  asked: { readonly functionName: string; readonly timeoutMs: number; readonly marker: string },
): Promise<Page> {
  const from = asked.marker && `?Marker=${encodeURIComponent(asked.marker)}`;
  const call: AwsCall = {
    service: 'lambda',
    operation: 'ListVersionsByFunction',
    path: `/2015-03-31/functions/${encodeURIComponent(asked.functionName)}/versions${from}`,
    headers: {},
    timeoutMs: asked.timeoutMs,
  };
  const answer = await callAws(access, call);
  if (answer.status === 200) return JSON.parse(answer.text);
  throw refused(call, answer);
}
