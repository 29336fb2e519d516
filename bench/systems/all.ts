import type { System } from '../system.ts';
import { floor } from './floor.ts';
import { graphileBatching, graphileDefault } from './graphile-worker.ts';
import { millrace } from './millrace.ts';
import { pgBoss, pgBossLoops } from './pg-boss.ts';
import { pgmq } from './pgmq.ts';
import { pgmqSql } from './pgmq-sql.ts';

const overTcp = millrace('tcp', 'Millrace over TCP');
const overWebSocket = millrace('websocket', 'Millrace over WebSocket');
const overHttp = millrace('http', 'Millrace over HTTP');

export interface Systems {
  /** Those that are given as different settings of one product, too. */
  readonly everyone: readonly System[];
  /** Each product once, Millrace by each of its ways to the database. */
  readonly systems: readonly System[];
  /** Each product once, over plain TCP: where the way would tell nothing new. */
  readonly contenders: readonly System[];
}

/** Peers with as many loops as Millrace has calls under way, and with the one of their documentation. */
export async function systemsWith(pgmqFile: string | undefined): Promise<Systems> {
  const sql = await pgmqSql(pgmqFile);
  const best = [pgmq(sql, 'pgmq, three loops', 3), graphileBatching, pgBossLoops];
  const others = [pgmq(sql, 'pgmq', 1), pgBoss, graphileDefault];
  const ways = [overTcp, overWebSocket, overHttp];
  return {
    everyone: [floor, ...ways, ...best, ...others],
    systems: [floor, ...ways, ...best],
    contenders: [floor, overTcp, ...best],
  };
}
