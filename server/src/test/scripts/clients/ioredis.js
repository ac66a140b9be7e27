// What programs do with ioredis, in each protocol that it speaks, at the server of $PORT.
'use strict';

const assert = require('assert');
const Redis = require('ioredis');
const { fails, port, restart, run, until } = require('./checks.js');

const library = 'ioredis ' + require('ioredis/package.json').version;

function connect(protocol, opened, more) {
  const client = new Redis({ port, ...(protocol ? { protocol } : {}), ...more });
  client.on('error', () => {});
  opened.push(() => client.disconnect());
  return client;
}

async function namesItself(protocol, opened) {
  const client = connect(protocol, opened, { connectionName: 'program' });
  const info = await client.client('INFO');
  assert(info.includes('name=program'));
  if ((await client.info('server')).toLowerCase().includes('larder')) {
    assert(info.includes('lib-name=ioredis'), info);
    if (protocol) assert(info.includes('resp=' + protocol), info);
  }
}

async function pipelines(protocol, opened) {
  const client = connect(protocol, opened);
  const batch = client.pipeline();
  for (let i = 0; i < 1000; i++) batch.rpush('list', i);
  batch.incr('list');
  const replies = await batch.exec();
  assert.deepEqual(replies[999], [null, 1000]);
  assert(replies[1000][0].message.includes('WRONGTYPE'));
  const automatic = connect(protocol, opened, { enableAutoPipelining: true });
  const counts = await Promise.all(Array.from({ length: 100 }, () => automatic.incr('n')));
  assert.equal(counts[99], 100);
}

async function transactions(protocol, opened) {
  const client = connect(protocol, opened);
  const other = connect(protocol, opened);
  const replies = await client.multi().set('a', 1).incr('a').lpush('a', 'x').hset('h', 'f', 'v').hgetall('h').exec();
  assert.deepEqual(replies.slice(0, 2), [[null, 'OK'], [null, 2]]);
  assert(replies[2][0].message.includes('WRONGTYPE'));
  assert.deepEqual({ ...replies[4][1] }, { f: 'v' });
  await fails(client.multi().call('GET').set('a', 9).exec(), 'EXECABORT');
  assert.equal(await client.get('a'), '2');
  await client.watch('a');
  await other.set('a', 5);
  assert.equal(await client.multi().set('a', 6).exec(), null);
  await client.watch('short');
  await other.set('short', 1, 'PX', 20);
  await until(async () => !(await other.exists('short')));
  assert.equal(await client.multi().set('short', 6).exec(), null);
  // One by one, without a pipeline.
  await client.multi({ pipeline: false });
  assert.equal(await client.set('a', 7), 'QUEUED');
  assert.deepEqual(await client.exec(), [[null, 'OK']]);
  assert.equal(await client.get('a'), '7');
}

async function retries(protocol, opened) {
  const first = connect(protocol, opened);
  await first.set('count', 0);
  const work = async (client) => {
    for (let done = 0; done < 50; ) {
      await client.watch('count');
      const value = Number(await client.get('count'));
      if (await client.multi().set('count', value + 1).exec()) done++;
    }
  };
  await Promise.all(Array.from({ length: 4 }, () => work(connect(protocol, opened))));
  assert.equal(await first.get('count'), '200');
}

async function channels(protocol, opened) {
  const client = connect(protocol, opened);
  const listener = connect(protocol, opened);
  const heard = [];
  listener.on('message', (channel, text) => heard.push(channel + ' ' + text));
  listener.on('pmessage', (pattern, channel, text) => heard.push(pattern + ' ' + channel + ' ' + text));
  // The library counts shard channels like others, so they get a connection of their own.
  const ofShards = connect(protocol, opened);
  ofShards.on('smessage', (channel, text) => heard.push('shard ' + channel + ' ' + text));
  assert.equal(await listener.subscribe('news', 'sport'), 2);
  assert.equal(await listener.psubscribe('n*'), 3);
  assert.equal(await ofShards.ssubscribe('orders'), 1);
  assert.equal(await client.publish('news', 'hello'), 2);
  await until(() => heard.length === 2);
  assert.equal(await client.spublish('orders', 'one'), 1);
  await until(() => heard.length === 3);
  assert.deepEqual(heard, ['news hello', 'n* news hello', 'shard orders one']);
  assert.equal(await ofShards.sunsubscribe(), 0);
  restart();
  await until(async () => (await client.publish('news', 'again').catch(() => 0)) === 2);
  assert.equal(await client.publish('news', 'once more'), 2);
  await until(() => heard.at(-1) === 'n* news once more' && heard.at(-2) === 'news once more');
  await listener.unsubscribe('news', 'sport');
  await listener.punsubscribe('n*');
  assert.equal(await client.publish('news', 'last'), 0);
  assert.equal(await listener.ping(), 'PONG');
}

async function eventsOfKeys(protocol, opened) {
  const client = connect(protocol, opened);
  const listener = connect(protocol, opened);
  await client.config('SET', 'notify-keyspace-events', 'KEA');
  const heard = [];
  listener.on('pmessage', (_, channel, key) => heard.push(channel.split(':')[1] + ' ' + key));
  await listener.psubscribe('__keyevent@0__:*');
  await client.set('short', 1, 'PX', 500);
  await client.hset('h', 'f', 'v');
  await until(() => heard.length === 4);
  assert.deepEqual(heard, ['set short', 'expire short', 'hset h', 'expired short']);
  await client.config('SET', 'notify-keyspace-events', '');
}

async function waiting(protocol, opened) {
  const client = connect(protocol, opened);
  const found = Promise.all([
    connect(protocol, opened).blpop('none', 'queue', 20),
    connect(protocol, opened).blmove('from', 'to', 'LEFT', 'RIGHT', 20),
    connect(protocol, opened).bzpopmin('z', 20),
    connect(protocol, opened).blpop('none', 0.2),
  ]);
  await until(async () => /blocked_clients:[34]/.test(await client.info('clients')));
  await client.rpush('queue', 'a');
  await client.rpush('from', 'b');
  await client.zadd('z', 1.5, 'm');
  const [queue, moved, lowest, none] = await found;
  assert.deepEqual([queue, moved, lowest.map(String), none], [['queue', 'a'], 'b', ['z', 'm', '1.5'], null]);
}

async function groups(protocol, opened) {
  const client = connect(protocol, opened);
  await client.xgroup('CREATE', 'stream', 'g', '$', 'MKSTREAM');
  await fails(client.xgroup('CREATE', 'stream', 'g', '$'), 'BUSYGROUP');
  const id = await client.xadd('stream', '*', 'f', 'v');
  const read = await client.xreadgroup('GROUP', 'g', 'me', 'COUNT', 10, 'BLOCK', 1000, 'STREAMS', 'stream', '>');
  assert.deepEqual(Array.isArray(read) ? read : Object.entries(read), [['stream', [[id, ['f', 'v']]]]]);
  assert.equal((await client.xpending('stream', 'g'))[0], 1);
  assert.equal((await client.xautoclaim('stream', 'g', 'you', 0, '0-0'))[1][0][0], id);
  assert.equal(await client.xack('stream', 'g', id), 1);
}

async function users(protocol, opened) {
  const client = connect(protocol, opened);
  await client.acl('SETUSER', 'program', 'on', '>secret', '+@read', '+@connection', '+info', '~app:*', '&news');
  const user = connect(protocol, opened, { username: 'program', password: 'secret' });
  assert.equal(await user.get('app:1'), null);
  await fails(user.get('other'), 'NOPERM');
  await fails(user.set('app:1', 'x'), 'NOPERM');
  const wrong = connect(protocol, opened, {
    username: 'program',
    password: 'wrong',
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  let reason = '';
  wrong.on('error', (error) => (reason += error.message));
  await fails(wrong.get('app:1'));
  await until(() => reason.includes('WRONGPASS'));
  assert.deepEqual(await client.acl('USERS'), ['default', 'program']);
  assert.equal(await client.acl('DELUSER', 'program'), 1);
}

async function operators(protocol, opened) {
  const client = connect(protocol, opened);
  const lines = [];
  const monitor = await client.monitor();
  opened.push(() => monitor.disconnect());
  monitor.on('monitor', (time, args) => lines.push(args.join(' ')));
  await client.set('seen', 1);
  await until(() => lines.includes('set seen 1'));
  assert.equal((await client.role())[0], 'master');
  assert.equal(await client.wait(0, 0), 0);
  await fails(client.cluster('INFO'), 'cluster support disabled');
  const other = connect(protocol, opened);
  const id = await other.client('ID');
  assert.equal(await client.client('KILL', 'ID', id), 1);
  await until(async () => (await other.client('ID').catch(() => id)) !== id);
}

async function scripts(protocol, opened) {
  const client = connect(protocol, opened);
  client.defineCommand('count', { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], ARGV[1])" });
  client.defineCommand('kinds', { lua: "return {1, 'a', false, {ok='fine'}, {KEYS[1], ARGV[1]}, 3.9, nil, 4}" });
  client.defineCommand('failing', { numberOfKeys: 1, lua: "redis.call('set', KEYS[1], 'x'); return redis.error_reply('MINE no')" });
  assert.equal(await client.count('n', 2), 2);
  assert.deepEqual(await client.kinds(1, 'k', 'v'), [1, 'a', null, 'fine', ['k', 'v'], 3]);
  await fails(client.failing('f'), 'MINE no');
  assert.equal(await client.get('f'), 'x');
  await fails(client.count('f', 1), 'not an integer');
  // The library knows the script by its hash only, until it is told that the server does not.
  await client.script('FLUSH');
  assert.equal(await client.count('n', 1), 3);
  await client.script('FLUSH');
  const replies = await client.pipeline().set('n', 10).count('n', 5).failing('f').count('n', 5).exec();
  assert.deepEqual([replies[0], replies[1], replies[3]], [[null, 'OK'], [null, 15], [null, 20]]);
  assert(replies[2][0].message.includes('MINE no'));
  const done = await client.multi().count('n', 1).get('n').failing('f').count('n', 1).exec();
  assert.deepEqual([done[0], done[1], done[3]], [[null, 21], [null, '21'], [null, 22]]);
  assert(done[2][0].message.includes('MINE no'));
  const hash = await client.script('LOAD', 'return ARGV[1]');
  assert.deepEqual(await client.script('EXISTS', hash, 'f'.repeat(40)), [1, 0]);
  assert.equal(String(await client.evalshaBuffer(hash, 0, Buffer.from([0xff, 0]))), String(Buffer.from([0xff, 0])));
  await fails(client.evalsha('f'.repeat(40), 0), 'NOSCRIPT');
  const many = Array.from({ length: 4 }, () => connect(protocol, opened));
  const counts = many.flatMap((each) => Array.from({ length: 250 }, () => each.eval(both, 0)));
  assert.deepEqual([...new Set(await Promise.all(counts))].length, 1000);
  assert.equal(await client.get('y'), '1000');
}

/** Takes two keys that it does not declare, in an order by chance. */
const both = `
  local a, b = 'x', 'y'
  if redis.call('incr', 'turn') % 2 == 0 then a, b = b, a end
  local first = redis.call('incr', a)
  return first == redis.call('incr', b) and first or redis.error_reply('not atomic')`;

const checks = [
  namesItself,
  pipelines,
  transactions,
  retries,
  channels,
  eventsOfKeys,
  waiting,
  groups,
  users,
  operators,
  scripts,
];

run(library, [undefined, 2, 3], checks, async () => {
  const client = new Redis({ port });
  await client.flushall();
  client.disconnect();
});
