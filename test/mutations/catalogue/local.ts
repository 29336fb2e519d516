import type { Mutation } from '../mutation.ts';

const loopbackTests = 'test/local/loopback/loopback-server.test.ts';

/** The cloud on a laptop, and who gets in there. */
export const local: readonly Mutation[] = [
  {
    name: 'local-serves-rebound-names',
    fault:
      'A web page reads the laptop under a name of its own, when that name leads to 127.0.0.1.',
    file: 'local/loopback/foreign-request.ts',
    replace: 'if (!loopbackHost.test(host))',
    by: "if (host === '')",
    testFile: loopbackTests,
    test: '"%s"',
  },
  {
    name: 'local-upgrades-for-web-pages',
    fault: 'Requests of web pages are refused, but not their WebSockets.',
    file: 'local/loopback/loopback-server.ts',
    replace:
      'if (!refused) return upgrade(request, connection, head);\n      refuseUpgrade(refused, connection);',
    by: 'return upgrade(request, connection, head);',
    testFile: 'test/local/strangers.test.ts',
    test: 'a web page gets no answer by any door',
  },
  {
    name: 'local-keeps-a-known-password',
    fault: 'The database of an earlier checkout keeps the password that everybody knows.',
    file: 'local/postgres/cluster.ts',
    replace: 'await runSingleUser({ program: programs.postgres, cluster, user, statement });',
    by: '',
    testFile: 'test/local/postgres/postgres.test.ts',
    test: 'is changed before the server starts where an earlier checkout has left one that everybody knows',
  },
  {
    name: 'local-functions-are-superuser',
    fault: 'What gets at the connection string of the functions can run commands of the system.',
    file: 'local/owned-database.ts',
    replace: 'login createrole createdb nosuperuser',
    by: 'login createrole createdb superuser',
    testFile: 'test/local/strangers.test.ts',
    test: 'the role of the functions is no superuser: its SQL runs no programs and reads no files',
  },
  {
    name: 'local-answers-preflights-of-nobody',
    fault:
      'A browser is not told that its page may call, so no frontend can be developed against npm start.',
    file: 'local/gateway/api-gateway.ts',
    replace: '  if (cors && isPreflight(request)) return preflightAnswer(cors);\n',
    by: '',
    testFile: 'test/local/gateway/api-gateway.test.ts',
    test: 'gets its preflight request answered on any path, and the handler is not called',
  },
];
