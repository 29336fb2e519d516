import type { System } from '../system.ts';
import { floor } from './floor.ts';
import { graphileBatching, graphileDefault } from './graphile-worker.ts';
import { millrace } from './millrace.ts';
import { pgBoss, pgBossTwice } from './pg-boss.ts';
import { pgmq } from './pgmq.ts';

const overTcp = millrace('tcp', 'Millrace over TCP');
const overTcpTwice = millrace('tcp', 'Millrace over TCP, two drains', 2);
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

/** pgmq takes part when its SQL is at hand. */
export function systemsWith(pgmqFile: string | undefined): Systems {
  const best = [...(pgmqFile === undefined ? [] : [pgmq(pgmqFile)]), graphileBatching, pgBossTwice];
  const ways = [overTcp, overWebSocket, overHttp];
  return {
    everyone: [floor, ...ways, ...best, overTcpTwice, pgBoss, graphileDefault],
    systems: [floor, ...ways, ...best],
    contenders: [floor, overTcp, ...best],
  };
}
