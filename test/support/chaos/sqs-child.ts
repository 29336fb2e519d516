// SQS for a test to kill: tells where it is called and with which environment, and serves until then.
import { startAws } from '#local/aws/aws-server.ts';
import { sqsOperations } from '#local/sqs/operations.ts';
import { Sqs } from '#local/sqs/sqs.ts';

const [journalFile = '', ...names] = process.argv.slice(2);
const queues = names.map((name) => ({ name }));
const sqs = new Sqs({ queues, journalFile });
const { environment } = await startAws({ functions: new Map(), sqs: sqsOperations(sqs) });
process.send?.(environment);
