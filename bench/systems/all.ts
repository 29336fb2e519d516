import type { System } from '../system.ts';
import { floor } from './floor.ts';
import { graphileBatching, graphileDefault } from './graphile-worker.ts';
import { millrace } from './millrace.ts';
import { pgBoss } from './pg-boss.ts';
import { pgmq } from './pgmq.ts';

const overTcp = millrace('tcp', 'Millrace over TCP');
const overWebSocket = millrace('websocket', 'Millrace over WebSocket');
const overHttp = millrace('http', 'Millrace over HTTP');

export interface Systems {
  readonly systems: readonly System[];
  readonly contenders: readonly System[];
}

/** pgmq takes part when its SQL is at hand. */
export function systemsWith(pgmqFile: string | undefined): Systems {
  const peers = [...(pgmqFile === undefined ? [] : [pgmq(pgmqFile)]), graphileBatching, pgBoss];
  return {
    systems: [floor, overTcp, overWebSocket, overHttp, ...peers, graphileDefault],
    contenders: [floor, overTcp, ...peers],
  };
}
