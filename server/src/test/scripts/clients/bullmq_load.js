// A load of BullMQ's queues for $LOAD_SECONDS at the server of $PORT: this process adds jobs of all
// kinds, others work on them, and each run of a job is reported and compared with what must be.
'use strict';

const assert = require('assert');
const { fork } = require('child_process');
const { FlowProducer, Queue, Worker } = require('bullmq');
const { pause, port, until } = require('./checks.js');

const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const PROCESSES = 2;
/** How many jobs may be open, so that the adding one does not outrun the working ones. */
const MOST_OPEN = 400;
const ATTEMPTS = 3;

const connection = { port, maxRetriesPerRequest: null };
const queues = ['plain', 'flow', 'limited'];

/** A process that works: each job fails as often as its data say, and tells of what it saw. */
function work() {
  for (const name of queues) {
    const limiter = name === 'limited' ? { max: 20, duration: 100 } : undefined;
    for (let i = 0; i < 2; i++) {
      const worker = new Worker(
        name,
        async (job) => {
          const children = Object.values(await job.getChildrenValues());
          process.send({ job: job.data.number, attempt: job.attemptsMade, children, at: Date.now() });
          if (job.data.pause) await pause(job.data.pause);
          if (job.attemptsMade < job.data.fails) throw new Error('as told');
          return job.data.number;
        },
        { connection, concurrency: 5, limiter },
      );
      worker.on('error', (error) => process.send({ error: String(error.stack) }));
      worker.on('completed', (job) => process.send({ completed: job.data.number }));
      worker.on('failed', (job) => {
        if (job.attemptsMade === ATTEMPTS) process.send({ failed: job.data.number });
      });
      worker.on('stalled', (id) => process.send({ error: 'stalled ' + id }));
    }
  }
}

/** What is known of the jobs that are open; one that ended is looked at and forgotten. */
class Ledger {
  open = new Map();
  next = 0;
  ended = 0;
  wrong = [];

  job(more = {}) {
    const job = { number: this.next++, fails: 0, attempts: new Set(), children: [], earliest: 0, ...more };
    this.open.set(job.number, job);
    return job;
  }

  hear(message) {
    if (message.error) {
      this.wrong.push(message.error);
      return;
    }
    const number = message.job ?? message.completed ?? message.failed;
    const job = this.open.get(number);
    if (!job) {
      this.wrong.push('not open: ' + JSON.stringify(message));
      return;
    }
    if (message.job !== undefined) {
      if (job.attempts.has(message.attempt)) this.wrong.push('again: ' + JSON.stringify(message));
      job.attempts.add(message.attempt);
      if (message.at < job.earliest) this.wrong.push('early: ' + JSON.stringify(message));
      const children = [...message.children].sort((a, b) => a - b);
      if (children.join() !== job.children.join()) this.wrong.push('children: ' + JSON.stringify([message, job]));
    } else {
      if (job.end) this.wrong.push('ends again: ' + JSON.stringify(message));
      job.end = message.failed === undefined ? 'completed' : 'failed';
      if ((job.end === 'failed') !== job.fails >= ATTEMPTS) this.wrong.push('ends: ' + JSON.stringify(message));
    }
    // What different processes say comes in any order.
    if (!job.end || job.attempts.size < Math.min(job.fails + 1, ATTEMPTS)) return;
    this.open.delete(number);
    this.ended++;
  }
}

const below = (bound) => Math.floor(Math.random() * bound);

/** The data and options of a job of some kind. */
function anyJob(ledger, children = []) {
  const fails = below(10) === 0 && children.length === 0 ? 1 + below(ATTEMPTS) : 0;
  const delay = children.length === 0 && below(5) === 0 ? 1 + below(300) : 0;
  const slow = below(20) === 0 ? below(50) : 0;
  const earliest = Date.now() + delay;
  const { number } = ledger.job({ fails, children, earliest });
  return {
    name: 'job',
    data: { number, fails, pause: slow },
    opts: {
      attempts: ATTEMPTS,
      backoff: { type: below(2) ? 'fixed' : 'exponential', delay: 5 + below(50) },
      removeOnComplete: true,
      removeOnFail: true,
      ...(delay ? { delay } : {}),
      ...(below(4) === 0 ? { priority: 1 + below(5) } : {}),
    },
  };
}

/** A flow: no child fails for good, as its parent would wait for it for ever. */
function anyFlow(ledger, level) {
  const children = level === 0 ? [] : Array.from({ length: below(4) }, () => anyFlow(ledger, level - 1));
  const made = anyJob(
    ledger,
    children.map((child) => child.data.number),
  );
  if (made.data.fails === ATTEMPTS) {
    made.data.fails = ledger.open.get(made.data.number).fails = 1;
  }
  return { ...made, queueName: queues[level % 2], children };
}

async function load() {
  const ledger = new Ledger();
  const workers = Array.from({ length: PROCESSES }, () => fork(__filename, ['work']));
  for (const worker of workers) worker.on('message', (message) => ledger.hear(message));
  const made = queues.map((name) => new Queue(name, { connection }));
  const producer = new FlowProducer({ connection });
  for (const each of [...made, producer]) each.on('error', (error) => ledger.wrong.push(String(error.stack)));
  for (const end = Date.now() + SECONDS * 1000; Date.now() < end && ledger.wrong.length === 0; ) {
    if (ledger.open.size > MOST_OPEN) {
      await pause(5);
      continue;
    }
    const adding = [producer.add(anyFlow(ledger, 2)), made[0].addBulk(Array.from({ length: 20 }, () => anyJob(ledger)))];
    for (let i = 0; i < 5; i++) {
      const { name, data, opts } = anyJob(ledger);
      adding.push(made[0].add(name, data, opts));
    }
    if (below(3) === 0) {
      const { name, data, opts } = anyJob(ledger);
      adding.push(made[2].add(name, data, opts));
    }
    if (below(50) === 0) {
      await made[1].pause();
      await pause(20);
      await made[1].resume();
    }
    await Promise.all(adding);
  }
  await until(() => ledger.open.size === 0 || ledger.wrong.length > 0).catch(() =>
    ledger.wrong.push('lost: ' + JSON.stringify([...ledger.open.values()].slice(0, 10))),
  );
  // What ends a job twice would come now.
  await pause(1000);
  for (const queue of made) {
    for (const [state, count] of Object.entries(await queue.getJobCounts())) {
      if (count !== 0) ledger.wrong.push(`${queue.name} has ${count} ${state}`);
    }
  }
  for (const worker of workers) worker.kill();
  for (const wrong of ledger.wrong.slice(0, 10)) console.log(wrong);
  const verdict = ledger.wrong.length ? 'FAILED  ' : 'ok      ';
  console.log(verdict, `BullMQ ${require('bullmq/package.json').version}: ${ledger.ended} jobs in ${SECONDS} s`);
  assert(ledger.ended === ledger.next || ledger.wrong.length > 0);
  process.exit(ledger.wrong.length ? 1 : 0);
}

if (process.argv[2] === 'work') work();
else load();
