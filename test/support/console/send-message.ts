// One message by the API, as a producer sends it.
import type { OpenConsole } from './open-console.ts';

interface Sent {
  readonly type: string;
  readonly payload: object;
  readonly delaySeconds?: number;
  readonly groupKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers its id. */
export async function sendMessage({ url, key }: OpenConsole, message: Sent): Promise<string> {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  if (response.status !== 202) throw new Error(await response.text());
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}
