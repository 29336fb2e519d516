// Where the deployment is that a command is for: an HTTP API, a database, or a server that runs on this machine.
import { Failure } from '#cli/failure.ts';
import { databaseUrls } from '#queue/database-urls.ts';

export interface PlaceFlags {
  /** The HTTP API's address. */
  readonly url?: string;
  /** The data folder of a server that runs here. */
  readonly data: string;
}

export type Way =
  | {
      readonly by: 'http';
      readonly url: string;
      readonly key: string | undefined;
      /** Whether it was found here, and nobody has named it. */
      readonly isFound: boolean;
    }
  | {
      readonly by: 'sql';
      /** Of each database, by its number. */
      readonly urls: readonly string[];
    };

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable is none. Throws a Failure that says what to set. */
export async function chosenWay(flags: PlaceFlags, environment: Environment): Promise<Way> {
  const { MILLRACE_URL, MILLRACE_API_KEY, DATABASE_URL } = environment;
  const key = MILLRACE_API_KEY || undefined;
  if (flags.url !== undefined)
    return { by: 'http', url: apiUrl(flags.url, '--url'), key, isFound: false };
  if (MILLRACE_URL && DATABASE_URL)
    throw new Failure(
      'usage',
      'MILLRACE_URL and DATABASE_URL are both set: leave one empty, as in MILLRACE_URL= npx millrace …, or give --url',
    );
  if (MILLRACE_URL)
    return { by: 'http', url: apiUrl(MILLRACE_URL, 'MILLRACE_URL'), key, isFound: false };
  if (DATABASE_URL) return { by: 'sql', urls: await requiredUrls(DATABASE_URL) };
  return serverHere(flags.data);
}

async function serverHere(folder: string): Promise<Way> {
  const { findServer } = await import('#local/running-server.ts');
  const server = await findServer(folder).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.replace(/\. .*$/s, '') : String(cause);
    throw new Failure(
      'unreachable',
      `${reason}, and neither --url, MILLRACE_URL nor DATABASE_URL says where Millrace is`,
      { cause },
    );
  });
  return { by: 'http', url: server.url, key: server.apiKey, isFound: true };
}

function apiUrl(text: string, name: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url.href.replace(/\/(v1\/?)?$/, '');
  throw new Failure(
    'usage',
    `${name} is an address such as https://api.example.com; got "${text}"`,
  );
}

/** One connection string, or of several databases all of them. The text may hold a password, and is not repeated. */
export async function requiredUrls(text: string): Promise<readonly string[]> {
  // Loaded where it is needed, as is all that a way brings along: over HTTP nobody needs a driver.
  const { requireDatabaseUrl } = await import('#queue/database.ts');
  try {
    return databaseUrls(text).map((url) => requireDatabaseUrl(url).href);
  } catch {
    throw new Failure(
      'usage',
      'DATABASE_URL must look like postgresql://user:password@host/database',
    );
  }
}
