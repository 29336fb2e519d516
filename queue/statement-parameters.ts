// What becomes of a statement's parameters on their way: texts that Postgres reads by the type that it expects, the same ones as
// drivers make that are made of pg.

/** The text of a parameter; null for null and undefined. */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  if (ArrayBuffer.isView(value)) return `\\x${hex(value)}`;
  if (value instanceof Date) return localTime(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  if ('toPostgres' in value && typeof value.toPostgres === 'function')
    return parameterText(value.toPostgres(parameterText));
  return JSON.stringify(value);
}

const hex = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

function arrayLiteral(elements: readonly unknown[]): string {
  return `{${Array.from(elements, arrayElement).join(',')}}`;
}

function arrayElement(element: unknown): string {
  if (Array.isArray(element)) return arrayLiteral(element);
  const text = parameterText(element);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** With the offset of this process's clock: a column without a time zone keeps what a person would read off that clock. */
function localTime(date: Date): string {
  const year = date.getFullYear();
  const offset = -date.getTimezoneOffset();
  const day = [
    digits(year < 1 ? 1 - year : year, 4),
    digits(date.getMonth() + 1),
    digits(date.getDate()),
  ];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part));
  const zone = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    digits(part),
  );
  const era = year < 1 ? ' BC' : '';
  const sign = offset < 0 ? '-' : '+';
  return `${day.join('-')}T${time.join(':')}.${digits(date.getMilliseconds(), 3)}${sign}${zone.join(':')}${era}`;
}

const digits = (part: number, count = 2): string => String(part).padStart(count, '0');
