// With which headers the console's files are served. They are made at the build, since they are the same for everybody.
import { extname } from 'node:path';

// Scripts and styles come from the page's own host and nowhere else, no markup is ever made of text (trusted types), and nobody
// frames the page.
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
].join('; ');

const guarded = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** names: of the files whose names change with their content. */
export function consoleHeaders(names: readonly string[]) {
  return {
    page: {
      ...guarded,
      'content-type': 'text/html; charset=UTF-8',
      // Always asked for again: it names the assets of the version that is deployed now.
      'cache-control': 'no-cache',
    },
    assets: Object.fromEntries(names.map((name) => [name, headersOf(name)])),
  };
}

function headersOf(name: string) {
  return {
    ...guarded,
    'content-type': `${types[extname(name)]}; charset=utf-8`,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  };
}
