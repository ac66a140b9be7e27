// What programs do with node-redis, in each protocol that it speaks, at the server of $PORT.
'use strict';

const assert = require('assert');
const redis = require('redis');
const { TooOld, fails, pause, port, restart, run, until } = require('./checks.js');

const library = 'node-redis ' + require('redis/package.json').version;

function options(protocol, more) {
  return { socket: { port }, ...(protocol ? { RESP: protocol } : {}), ...more };
}

async function connect(protocol, opened, more) {
  const client = redis.createClient(options(protocol, more));
  client.on('error', () => {});
  await client.connect();
  opened.push(() => client.isOpen && client.destroy());
  return client;
}

async function isLarder(client) {
  return (await client.info('server')).toLowerCase().includes('larder');
}

async function namesItself(protocol, opened) {
  const client = await connect(protocol, opened, { name: 'program' });
  const info = await client.clientInfo();
  assert.equal(info.name, 'program');
  if (await isLarder(client)) {
    assert.equal(info.libName, 'node-redis');
    if (protocol) assert.equal(info.resp, protocol);
  }
  assert.equal(await client.clientId(), info.id);
}

async function pipelines(protocol, opened) {
  const client = await connect(protocol, opened);
  const batch = client.multi();
  for (let i = 0; i < 1000; i++) batch.rPush('list', String(i));
  const replies = await batch.execAsPipeline();
  assert.equal(replies[999], 1000);
  const all = await Promise.all([client.incr('n'), client.incr('n'), fails(client.incr('list'))]);
  assert.deepEqual(all.slice(0, 2), [1, 2]);
}

async function transactions(protocol, opened) {
  const client = await connect(protocol, opened);
  const other = await connect(protocol, opened);
  const replies = await client.multi().set('a', '1').incr('a').hSet('h', { f: 'v' }).hGetAll('h').exec();
  assert.deepEqual([...replies.slice(0, 3), { ...replies[3] }], ['OK', 2, 1, { f: 'v' }]);
  const error = await fails(client.multi().lPush('a', 'x').incr('a').exec());
  assert.deepEqual(error.errorIndexes, [0]);
  await fails(client.multi().addCommand(['GET']).set('a', '9').exec(), 'wrong number of arguments');
  assert.equal(await client.get('a'), '3');
  await client.watch('a');
  await other.set('a', '5');
  assert((await fails(client.multi().set('a', '6').exec())) instanceof redis.WatchError);
  await client.watch('short');
  await other.set('short', '1', { PX: 20 });
  await until(async () => !(await other.exists('short')));
  assert((await fails(client.multi().set('short', '6').exec())) instanceof redis.WatchError);
  assert.equal(await client.get('a'), '5');
}

async function retries(protocol, opened) {
  const pool = redis.createClientPool(options(protocol), { maximum: 4, acquireTimeout: 60_000 });
  pool.on('error', () => {});
  await pool.connect();
  opened.push(() => pool.destroy());
  await pool.set('count', '0');
  const increment = () =>
    pool.execute(async (client) => {
      for (;;) {
        await client.watch('count');
        const value = Number(await client.get('count'));
        try {
          await client.multi().set('count', String(value + 1)).exec();
          return;
        } catch (error) {
          if (!(error instanceof redis.WatchError)) throw error;
        }
      }
    });
  await Promise.all(Array.from({ length: 200 }, increment));
  assert.equal(await pool.get('count'), '200');
}

async function channels(protocol, opened) {
  const client = await connect(protocol, opened);
  const listener = await connect(protocol, opened);
  const heard = [];
  await listener.subscribe('news', (text) => heard.push(text));
  await listener.pSubscribe('n*', (text, channel) => heard.push(channel + ' ' + text));
  await listener.sSubscribe('orders', (text) => heard.push('order ' + text));
  assert.equal(await client.publish('news', 'hello'), 2);
  assert.equal(await client.sPublish('orders', 'one'), 1);
  await until(() => heard.length === 3);
  assert.deepEqual(heard, ['hello', 'news hello', 'order one']);
  assert.deepEqual(await client.pubSubChannels(), ['news']);
  assert.equal((await listener.ping()).toUpperCase(), 'PONG');
  restart();
  const again = async () => (await client.publish('news', 'again').catch(() => 0)) === 2;
  await until(again);
  assert.equal(await client.publish('news', 'once more'), 2);
  await until(() => heard.at(-1) === 'news once more' && heard.at(-2) === 'once more');
  await listener.unsubscribe('news');
  assert.equal(await client.publish('news', 'last'), 1);
  await listener.pUnsubscribe();
  await listener.sUnsubscribe();
  assert.equal(await client.publish('news', 'nobody'), 0);
}

async function eventsOfKeys(protocol, opened) {
  const client = await connect(protocol, opened);
  const listener = await connect(protocol, opened);
  await client.configSet('notify-keyspace-events', 'KEA');
  const heard = [];
  await listener.pSubscribe('__keyevent@0__:*', (key, channel) => heard.push(channel.split(':')[1] + ' ' + key));
  await client.set('short', '1', { PX: 500 });
  await client.hSet('h', 'f', 'v');
  await until(() => heard.length === 4);
  assert.deepEqual(heard, ['set short', 'expire short', 'hset h', 'expired short']);
  await client.configSet('notify-keyspace-events', '');
}

async function aCacheOfItsOwn(protocol, opened) {
  if (protocol !== 3) throw new TooOld();
  const writer = await connect(protocol, opened);
  await writer.set('a', '1');
  const cache = new redis.BasicClientSideCache({ ttl: 0, maxEntries: 0, evictPolicy: 'LRU' });
  const client = await connect(protocol, opened, { clientSideCache: cache });
  assert.equal(await client.get('a'), '1');
  assert.equal(await client.get('a'), '1');
  assert.equal(cache.stats().hitCount, 1);
  await writer.set('a', '2');
  await until(async () => (await client.get('a')) === '2');
  await writer.flushAll();
  await until(async () => (await client.get('a')) === null);
  restart();
  await until(async () => (await writer.set('a', '3').catch(() => '')) === 'OK');
  await until(async () => (await client.get('a').catch(() => '')) === '3');
}

async function waiting(protocol, opened) {
  const client = await connect(protocol, opened);
  const waiters = [];
  for (let i = 0; i < 4; i++) waiters.push(await connect(protocol, opened));
  const found = Promise.all([
    waiters[0].blPop(['none', 'queue'], 20),
    waiters[1].blMove('from', 'to', 'LEFT', 'RIGHT', 20),
    waiters[2].bzPopMin('z', 20),
    waiters[3].blPop('none', 0.2),
  ]);
  await until(async () => /blocked_clients:[34]/.test(await client.info('clients')));
  await client.rPush('queue', 'a');
  await client.rPush('from', 'b');
  await client.zAdd('z', { score: 1.5, value: 'm' });
  const [queue, moved, lowest, none] = await found;
  assert.deepEqual({ ...queue }, { key: 'queue', element: 'a' });
  assert.equal(moved, 'b');
  assert.deepEqual({ ...lowest }, { key: 'z', value: 'm', score: 1.5 });
  assert.equal(none, null);
}

async function groups(protocol, opened) {
  const client = await connect(protocol, opened);
  await client.xGroupCreate('stream', 'g', '$', { MKSTREAM: true });
  await fails(client.xGroupCreate('stream', 'g', '$'), 'BUSYGROUP');
  const id = await client.xAdd('stream', '*', { f: 'v' });
  const read = await client.xReadGroup('g', 'me', { key: 'stream', id: '>' }, { COUNT: 10, BLOCK: 1000 });
  const messages = Array.isArray(read) ? read[0].messages : Object.values(read)[0];
  assert.equal(messages[0].id, id);
  assert.equal((await client.xPending('stream', 'g')).pending, 1);
  assert.equal((await client.xAutoClaim('stream', 'g', 'you', 0, '0-0')).messages[0].id, id);
  assert.equal(await client.xAck('stream', 'g', id), 1);
  assert.equal((await client.xInfoConsumers('stream', 'g')).length, 2);
}

async function users(protocol, opened) {
  const client = await connect(protocol, opened);
  const rules = ['on', '>secret', '+@read', '+@connection', '~app:*', '&news'];
  await client.aclSetUser('program', rules);
  const user = await connect(protocol, opened, { username: 'program', password: 'secret' });
  assert.equal(await user.get('app:1'), null);
  await fails(user.get('other'), 'NOPERM');
  await fails(user.set('app:1', 'x'), 'NOPERM');
  await fails(connect(protocol, [], { username: 'program', password: 'wrong', socket: { port, reconnectStrategy: false } }), 'WRONGPASS');
  assert.deepEqual(await client.aclUsers(), ['default', 'program']);
  assert.equal((await client.aclGetUser('program')).flags.includes('on'), true);
  assert.equal(await client.aclDelUser('program'), 1);
}

async function operators(protocol, opened) {
  const client = await connect(protocol, opened);
  const watcher = await connect(protocol, opened);
  const lines = [];
  await watcher.monitor((line) => lines.push(String(line)));
  await client.set('seen', '1');
  await until(() => lines.some((line) => line.includes('"SET" "seen" "1"')));
  assert.equal((await client.role()).role, 'master');
  assert.equal(await client.wait(0, 0), 0);
  await fails(client.sendCommand(['CLUSTER', 'INFO']), 'cluster support disabled');
  assert.deepEqual(await client.moduleList(), []);
  assert.deepEqual(await client.latencyLatest(), []);
  assert.equal(await client.clientPause(100), 'OK');
  assert.equal(await client.clientUnpause(), 'OK');
  const other = await connect(protocol, opened);
  const id = await other.clientId();
  assert.equal(await client.clientKill({ filter: 'ID', id }), 1);
  await until(async () => (await other.clientId().catch(() => id)) !== id);
  assert.equal(typeof (await client.memoryUsage('seen')), 'number');
}

async function scripts(protocol, opened) {
  const count = redis.defineScript({
    NUMBER_OF_KEYS: 1,
    SCRIPT: "return redis.call('incrby', KEYS[1], ARGV[1])",
    parseCommand(parser, key, by) {
      parser.pushKey(key);
      parser.push(String(by));
    },
    transformReply: (reply) => reply,
  });
  const client = await connect(protocol, opened, { scripts: { count } });
  assert.equal(await client.count('n', 2), 2);
  await client.scriptFlush();
  assert.equal(await client.count('n', 1), 3);
  const done = await client.multi().count('n', 1).get('n').count('n', 1).exec();
  assert.deepEqual(done, [4, '4', 5]);
  await client.set('text', 'x');
  await fails(client.count('text', 1), 'not an integer');
  const hash = await client.scriptLoad('return {KEYS[1], ARGV[1]}');
  assert.deepEqual(await client.evalSha(hash, { keys: ['k'], arguments: ['v'] }), ['k', 'v']);
  await fails(client.evalSha('f'.repeat(40)), 'NOSCRIPT');
  await fails(client.evalRo("return redis.call('incr', KEYS[1])", { keys: ['n'] }), 'not allowed');
}

const checks = [
  namesItself,
  pipelines,
  transactions,
  retries,
  channels,
  eventsOfKeys,
  aCacheOfItsOwn,
  waiting,
  groups,
  users,
  operators,
  scripts,
];

run(library, [undefined, 2, 3], checks, async () => {
  const client = await connect(2, []);
  await client.flushAll();
  client.destroy();
  await pause(0);
});
