import type { Mutation } from '../mutation.ts';

const authenticateTest = 'test/functions/http/caller/authenticate.test.ts';

/** Who may do what over HTTP, and what an answer lets out. */
export const http: readonly Mutation[] = [
  {
    name: 'scope-covers-longer-names',
    fault: 'A key for one message type may enqueue every type whose name begins alike.',
    file: 'functions/http/caller.ts',
    replace: ': type === pattern;',
    by: ': type.startsWith(pattern);',
    testFile: authenticateTest,
    test: 'for %s',
  },
  {
    name: 'scope-prefix-ends-inside-a-word',
    fault: 'A key for order.* may enqueue orderly.things.',
    file: 'functions/http/caller.ts',
    replace: 'type.startsWith(pattern.slice(0, -1))',
    by: 'type.startsWith(pattern.slice(0, -2))',
    testFile: authenticateTest,
    test: 'for %s',
    isQuick: true,
  },
  {
    name: 'scope-is-not-asked-for',
    fault: 'Every caller may read and operate.',
    file: 'functions/http/caller/require-scope.ts',
    replace: "if (holds(request.get('caller'), scope)) return next();",
    by: "if (holds(request.get('caller'), scope) || true) return next();",
    testFile: 'test/functions/http/routes/messages.test.ts',
    test: 'needs the scope "read"',
  },
  {
    name: 'browsers-are-trusted',
    fault: 'A visitor of a web page may enqueue types that are not public.',
    file: 'functions/http/caller/authenticate.ts',
    replace: "origin !== undefined || by === 'jwt'",
    by: "origin === 'null' || by === 'jwt'",
    testFile: authenticateTest,
    test: 'may enqueue public types only',
  },
  {
    name: 'origins-are-not-checked',
    fault: 'Any web page may call the API with the key of its visitor.',
    file: 'functions/http/caller/authenticate.ts',
    replace: "allowed.includes('*') || allowed.includes(origin)",
    by: 'allowed.length >= 0 || allowed.includes(origin)',
    testFile: authenticateTest,
    test: 'from an origin that is not listed',
  },
  {
    name: 'keys-are-guessed-without-end',
    fault: 'Somebody who guesses keys keeps the database busy.',
    file: 'functions/http/caller/api-key-cache.ts',
    replace: 'unknown.size() >= mostUnknown',
    by: 'unknown.size() > mostUnknown',
    testFile: 'test/functions/http/caller/api-key-cache.test.ts',
    test: 'looks no more than a hundred unknown keys up in five seconds',
  },
  {
    name: 'redrive-is-made-again',
    fault: 'A redrive whose answer was lost reaches letters that nobody named.',
    file: 'functions/http/api.ts',
    replace: 'if (isSqlState(errorCode(error))) throw error;',
    by: 'throw error;',
    testFile: 'test/functions/http/lost-answers.test.ts',
    test: 'a redrive is not made again: it would reach the next letters',
  },
];
