// Queues of BullMQ, whose every step is a script with keys that it does not declare, at the server
// of $PORT. $JOBS is how many jobs the check with the most of them has.
'use strict';

const assert = require('assert');
const { FlowProducer, Queue, QueueEvents, Worker } = require('bullmq');
const Redis = require('ioredis');
const { pause, port, run, until } = require('./checks.js');

const library = 'BullMQ ' + require('bullmq/package.json').version;
const MANY_JOBS = Number(process.env.JOBS ?? 2000);

/** A queue, and what is made of it, with connections of its own each; counts how often a job ran. */
class Jobs {
  constructor(protocol, opened) {
    this.options = { connection: { port, maxRetriesPerRequest: null, protocol } };
    this.opened = opened;
    this.runs = new Map();
    this.errors = [];
    this.queue = this.open(new Queue('jobs', this.options));
  }

  open(made, ...how) {
    made.on('error', (error) => this.errors.push(error));
    this.opened.unshift(() => made.close(...how));
    return made;
  }

  worker(work, more) {
    const counted = async (job) => {
      this.runs.set(job.id, (this.runs.get(job.id) ?? 0) + 1);
      return work(job);
    };
    return this.open(new Worker('jobs', counted, { ...this.options, ...more }), true);
  }

  workers(count, work, more) {
    return Array.from({ length: count }, () => this.worker(work, more));
  }

  /** Waits until nothing is left to do, and compares how many jobs are where: completed and failed. */
  async finished(completed, failed = 0) {
    await until(async () => {
      const { completed, failed, ...open } = await this.queue.getJobCounts();
      return Object.values(open).every((count) => count === 0);
    });
    const counts = await this.queue.getJobCounts('completed', 'failed');
    assert.deepEqual(counts, { completed, failed });
    this.noErrors();
  }

  noErrors() {
    assert.deepEqual(this.errors, []);
  }

  ranOnceEach(count) {
    assert.equal(this.runs.size, count);
    for (const [id, runs] of this.runs) assert.equal(runs, 1, 'runs of job ' + id);
  }
}

const names = (count) => Array.from({ length: count }, (_, i) => ({ name: 'job', data: { i } }));

async function manyJobs(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const events = jobs.open(new QueueEvents('jobs', jobs.options));
  await events.waitUntilReady();
  const heard = new Map();
  events.on('completed', ({ jobId, returnvalue }) => {
    assert(!heard.has(jobId));
    heard.set(jobId, returnvalue);
  });
  jobs.workers(4, async (job) => job.data.i * 2, { concurrency: 8 });
  for (let i = 0; i < MANY_JOBS; i += 100) {
    await Promise.all([jobs.queue.addBulk(names(50)), ...names(50).map((job) => jobs.queue.add(job.name, job.data))]);
  }
  await jobs.finished(MANY_JOBS);
  jobs.ranOnceEach(MANY_JOBS);
  await until(() => heard.size === MANY_JOBS);
  const job = await jobs.queue.getJob([...heard.keys()].at(-1));
  assert.equal(job.returnvalue, job.data.i * 2);
  assert.equal(await job.getState(), 'completed');
}

async function delays(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const early = [];
  jobs.workers(3, async (job) => {
    if (Date.now() < job.timestamp + job.opts.delay) early.push(job.id);
  });
  await jobs.queue.addBulk(names(200).map((job) => ({ ...job, opts: { delay: 1 + job.data.i * 10 } })));
  const far = await jobs.queue.add('far', { i: -1 }, { delay: 3_600_000 });
  assert.equal(await far.getState(), 'delayed');
  await far.changeDelay(1_800_000);
  await far.promote();
  await jobs.finished(201);
  jobs.ranOnceEach(201);
  assert.deepEqual(early.filter((id) => id !== far.id), []);
}

async function retries(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const fail = async (job) => {
    if (job.attemptsMade < job.data.i % 4) throw new Error('attempt ' + job.attemptsMade);
  };
  jobs.workers(3, fail, { concurrency: 4 });
  const backoff = (i) => ({ type: i % 2 ? 'fixed' : 'exponential', delay: 20 });
  const added = await jobs.queue.addBulk(
    names(200).map((job) => ({ ...job, opts: { attempts: 3, backoff: backoff(job.data.i) } })),
  );
  await jobs.finished(150, 50);
  for (const job of added) assert.equal(jobs.runs.get(job.id), Math.min(3, (job.data.i % 4) + 1));
  const failed = await jobs.queue.getJob(added[3].id);
  assert.equal(failed.failedReason, 'attempt 2');
  assert.equal(failed.stacktrace.length, 3);
  await jobs.queue.retryJobs({ count: 7 });
  await until(async () => (await jobs.queue.getFailedCount()) === 0);
  await jobs.finished(200);
}

/** A tree of jobs, each with as many children as there are of lower levels. */
function tree(level, value) {
  const children = Array.from({ length: level }, (_, i) => tree(level - 1, value * 10 + i));
  return { name: 'node', queueName: 'jobs', data: { level }, children };
}

async function flows(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const sizes = [1, 2, 5, 16];
  const early = [];
  jobs.workers(
    4,
    async (job) => {
      const values = Object.values(await job.getChildrenValues());
      if (values.length !== job.data.level) early.push(job.id);
      return values.reduce((sum, value) => sum + value, 1);
    },
    { concurrency: 4 },
  );
  const producer = jobs.open(new FlowProducer(jobs.options));
  const made = await Promise.all(Array.from({ length: 20 }, () => producer.add(tree(3, 1))));
  made.push(...(await producer.addBulk(Array.from({ length: 5 }, () => tree(3, 1)))));
  await jobs.finished(25 * sizes[3]);
  jobs.ranOnceEach(25 * sizes[3]);
  assert.deepEqual(early, []);
  for (const { job } of made) {
    assert.equal((await jobs.queue.getJob(job.id)).returnvalue, sizes[3]);
    const { processed } = await job.getDependencies();
    assert.deepEqual(Object.values(processed), [5, 5, 5]);
  }
}

async function flowsThatFail(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  jobs.workers(2, async (job) => {
    if (job.name === 'bad') throw new Error('bad');
  });
  const producer = jobs.open(new FlowProducer(jobs.options));
  const parent = (opts) => ({
    name: 'parent',
    queueName: 'jobs',
    children: [
      { name: 'bad', queueName: 'jobs', opts },
      { name: 'good', queueName: 'jobs' },
    ],
  });
  const failing = await producer.add(parent({ failParentOnFailure: true }));
  const ignoring = await producer.add(parent({ ignoreDependencyOnFailure: true }));
  await jobs.finished(3, 3);
  assert.equal(await failing.job.getState(), 'failed');
  assert.equal(await ignoring.job.getState(), 'completed');
}

async function priorities(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  await jobs.queue.pause();
  const order = [];
  const worker = jobs.worker(async (job) => order.push([job.priority, job.data.i]));
  for (const { name, data } of names(100)) await jobs.queue.add(name, data, { priority: 1 + ((data.i * 37) % 5) });
  const last = await jobs.queue.add('job', { i: 100 }, { priority: 1000 });
  await last.changePriority({ priority: 1 });
  assert.equal((await jobs.queue.getCountsPerPriority([1, 2]))[1], 21);
  assert.equal(worker.isRunning(), true);
  assert.equal(order.length, 0);
  await jobs.queue.resume();
  await jobs.finished(101);
  const sorted = [...order].sort(([a, i], [b, j]) => a - b || i - j);
  assert.deepEqual(order, sorted);
}

async function limits(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const begun = Date.now();
  const starts = [];
  jobs.workers(3, async () => starts.push(Date.now()), { concurrency: 5, limiter: { max: 10, duration: 400 } });
  await jobs.queue.addBulk(names(50));
  await jobs.finished(50);
  jobs.ranOnceEach(50);
  assert(Math.max(...starts) >= begun + 4 * 400, starts.map((at) => at - begun).join());
}

async function schedulers(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const seen = [];
  jobs.workers(2, async (job) => seen.push(job.name));
  await jobs.queue.upsertJobScheduler('often', { every: 60, limit: 10 }, { name: 'often' });
  await jobs.queue.upsertJobScheduler('cron', { pattern: '* * * * * *', limit: 2 }, { name: 'cron' });
  await jobs.queue.upsertJobScheduler('never', { every: 3_600_000, offset: 1 }, { name: 'wrong' });
  await jobs.queue.upsertJobScheduler('never', { every: 7_200_000, offset: 1 }, { name: 'right' });
  assert.equal(await jobs.queue.getJobSchedulersCount(), 3);
  assert.equal((await jobs.queue.getJobScheduler('never')).name, 'right');
  await until(() => seen.filter((name) => name === 'often').length >= 10);
  await until(() => seen.filter((name) => name === 'cron').length >= 2);
  assert.equal(await jobs.queue.removeJobScheduler('never'), true);
  assert.equal(await jobs.queue.removeJobScheduler('never'), false);
  await until(async () => (await jobs.queue.getDelayedCount()) === 0);
  await pause(200);
  assert.equal(seen.filter((name) => name === 'often').length, 10);
  assert.equal(seen.filter((name) => name === 'cron').length, 2);
  jobs.noErrors();
}

async function once(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const same = { deduplication: { id: 'same' } };
  const added = await Promise.all(Array.from({ length: 50 }, () => jobs.queue.add('job', {}, same)));
  assert.equal(new Set(added.map((job) => job.id)).size, 1);
  await Promise.all(Array.from({ length: 50 }, () => jobs.queue.add('job', {}, { jobId: 'mine' })));
  jobs.workers(2, async () => {});
  await jobs.finished(2);
  jobs.ranOnceEach(2);
}

async function stalledJobs(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const quick = { lockDuration: 600, stalledInterval: 200, maxStalledCount: 3 };
  await jobs.queue.addBulk(names(20));
  const dead = jobs.worker(() => new Promise(() => {}), { ...quick, concurrency: 10 });
  await until(() => jobs.runs.size === 10);
  await dead.close(true);
  const stalled = [];
  const worker = jobs.worker(async () => {}, quick);
  worker.on('stalled', (id) => stalled.push(id));
  await jobs.finished(20);
  assert.equal(stalled.length, 10);
  assert.equal([...jobs.runs.values()].reduce((sum, runs) => sum + runs), 30);
}

async function longJobs(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const work = async (job) => {
    for (let i = 1; i <= 5; i++) {
      await job.updateProgress(i * 20);
      await job.log('step ' + i);
      await pause(200);
    }
    await job.updateData({ done: true });
  };
  jobs.workers(2, work, { concurrency: 10, lockDuration: 400, stalledInterval: 200 });
  const [first] = await jobs.queue.addBulk(names(20));
  await jobs.finished(20);
  jobs.ranOnceEach(20);
  const job = await jobs.queue.getJob(first.id);
  assert.deepEqual([job.progress, job.data], [100, { done: true }]);
  assert.deepEqual((await jobs.queue.getJobLogs(job.id)).logs, [1, 2, 3, 4, 5].map((i) => 'step ' + i));
}

async function administration(protocol, opened) {
  const jobs = new Jobs(protocol, opened);
  const { queue } = jobs;
  const added = await queue.addBulk(names(30));
  await queue.add('later', {}, { delay: 3_600_000 });
  assert.equal(await queue.remove(added[0].id), 1);
  assert.deepEqual((await queue.getWaiting(0, 2)).map((job) => job.id), [added[1].id, added[2].id, added[3].id]);
  await queue.drain();
  const { delayed, waiting } = await queue.getJobCounts('delayed', 'waiting');
  assert.deepEqual([delayed, waiting], [1, 0]);
  jobs.workers(2, async () => {}, { removeOnFail: { count: 1 } });
  await queue.addBulk(names(30).map((job) => ({ ...job, opts: { removeOnComplete: { count: 10 } } })));
  await until(async () => (await queue.getWaitingCount()) + (await queue.getActiveCount()) === 0);
  assert.equal(await queue.getCompletedCount(), 10);
  assert.equal((await queue.clean(0, 4, 'completed')).length, 4);
  assert.equal((await queue.getMetrics('completed')).count, 0);
  await queue.obliterate({ force: true });
  jobs.noErrors();
}

const checks = [
  manyJobs,
  delays,
  retries,
  flows,
  flowsThatFail,
  priorities,
  limits,
  schedulers,
  once,
  stalledJobs,
  longJobs,
  administration,
];

const only = process.env.ONLY?.split(',');
run(library, [2, 3], only ? checks.filter((check) => only.includes(check.name)) : checks, async () => {
  const client = new Redis({ port });
  await client.flushall();
  client.disconnect();
});
