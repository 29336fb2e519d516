// One statement over HTTP, as Neon's proxy takes it: a POST that is one round trip and one transaction. Neon's own driver
// does this as well, but brings what only sessions need along: 146 KB, which each cold start would read and run.
// See docs/decisions/0041-statements-without-the-driver.md.
import { exchangeOverHttp } from './http-exchange.ts';
import { parameterText } from './statement-parameters.ts';
import { typeParser } from './type-parsers.ts';

/** Whom to ask: the statements of one connection string go to one address. */
export interface Endpoint {
  readonly address: URL;
  /** The connection string. Neon's proxy logs in with it. */
  readonly login: string;
}

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
  readonly timeoutMs: number;
}

/** What a proxy answers: the rows as Postgres's own texts. */
interface Answer {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What Postgres says of a statement that it refuses. */
const reportFields = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

type Report = { readonly message: string } & Partial<Record<(typeof reportFields)[number], string>>;

/**
 * A statement that failed over HTTP. `code` is the SQLSTATE where Postgres has refused it; `sourceError` is that of the exchange
 * where no whole answer came. It has the name of the driver's error, by which logs and dead letters are searched.
 */
export class NeonDbError extends Error {
  static override readonly name = 'NeonDbError';
  override readonly name = NeonDbError.name;
}

/** Sends a statement and answers its rows. Throws NeonDbError. */
export async function sendStatement(
  { address, login }: Endpoint,
  { text, parameters, timeoutMs }: Statement,
): Promise<object[]> {
  const request = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Neon-Connection-String': login,
      'Neon-Raw-Text-Output': 'true',
      'Neon-Array-Mode': 'true',
    },
    body: JSON.stringify({ query: text, params: parameters.map(parameterText) }),
    timeoutMs,
  } as const;
  const answer = await exchangeOverHttp(address, request).catch((sourceError: unknown) => {
    const failed = new NeonDbError(`Error connecting to database: ${sourceError}`);
    throw Object.assign(failed, { sourceError });
  });
  if (answer.status === 200) return rowsOf(JSON.parse(answer.text));
  if (answer.status === 400) throw refusal(JSON.parse(answer.text));
  throw new NeonDbError(`Server error (HTTP status ${answer.status}): ${answer.text}`);
}

function refusal(report: Report): NeonDbError {
  const said = reportFields.map((field) => [field, report[field] ?? undefined]);
  return Object.assign(new NeonDbError(report.message), Object.fromEntries(said));
}

function rowsOf({ fields, rows }: Answer): object[] {
  const columns = fields.map(({ name, dataTypeID }) => ({ name, parse: typeParser(dataTypeID) }));
  return rows.map((values) =>
    Object.fromEntries(
      columns.map(({ name, parse }, n) => {
        const value = values[n] ?? null;
        return [name, value === null ? null : parse(value)];
      }),
    ),
  );
}
