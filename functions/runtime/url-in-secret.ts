import { databaseUrlForm } from '#queue/database.ts';
import { parseJson } from '#queue/parse-json.ts';

/** What a secret may hold, for whoever reads the log. */
export const secretForms =
  `it holds neither a URL such as ${databaseUrlForm}, nor JSON with such a URL as DATABASE_URL, nor ` +
  'JSON with host, username, password and dbname';

/**
 * The connection string in the text of a secret: the text itself; the field DATABASE_URL, as the console's key and value;
 * or what AWS's own rotation functions read and write for Postgres: host, username, password, dbname and perhaps port.
 * Undefined when it is none of them.
 */
export function urlInSecret(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return text;
  const fields = fieldsOf(text);
  if (fields['DATABASE_URL'] !== undefined) return fields['DATABASE_URL'];
  const { host, username, password, dbname, port = '5432' } = fields;
  if (!host || !username || !password || !dbname) return undefined;
  const [user, word, name] = [username, password, dbname].map(encodeURIComponent);
  return `postgresql://${user}:${word}@${host}:${port}/${name}`;
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  try {
    const entries = Object.entries<unknown>(Object(parseJson(text)));
    return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}
