"""What programs do with redis-py, in each protocol that it speaks, at the server of $PORT.

A check is a function; it raises what is wrong. $RESTART is a command that restarts the server.
"""

import asyncio
import os
import shlex
import subprocess
import sys
import threading
import time
import traceback

import redis
import redis.asyncio

PORT = int(os.environ["PORT"])
RELEASE = tuple(int(part) for part in redis.__version__.split(".")[:2])
PATIENCE_SECONDS = 20


class TooOld(Exception):
    """The library or the server cannot do what is checked."""


def connect(protocol, **options):
    if protocol is not None:
        options["protocol"] = protocol
    return redis.Redis(port=PORT, decode_responses=True, socket_timeout=PATIENCE_SECONDS, **options)


def restart():
    subprocess.run(shlex.split(os.environ["RESTART"]), check=True)


def is_larder(client):
    return "larder" in str(client.info("server")).lower()


def until(look):
    """What `look` finds once it is something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("nothing came")


def fails(kind, work, *words):
    try:
        work()
    except kind as error:
        for word in words:
            assert word in str(error), error
        return
    raise AssertionError(f"no {kind.__name__}")


def heard(pubsub):
    """A message; none if there is none, or no connection, which is made anew then."""
    try:
        return pubsub.get_message(timeout=0.1)
    except (redis.ConnectionError, redis.TimeoutError):
        return None


def message(pubsub, kind):
    def look():
        found = heard(pubsub)
        return found if found and found["type"] == kind else None

    return until(look)


def names_itself(protocol):
    client = connect(protocol, client_name="program")
    info = client.client_info()
    assert info["name"] == "program", info
    if RELEASE >= (5, 0) and is_larder(client):
        assert info["lib-name"].startswith("redis-py"), info
        assert info["resp"] == str(protocol or (3 if RELEASE >= (8, 0) else 2)), info
    assert client.client_list()[0]["addr"]
    assert client.client_id() == int(info["id"])


def pipelines(protocol):
    client = connect(protocol)
    with client.pipeline(transaction=False) as pipeline:
        for i in range(1000):
            pipeline.rpush("list", i)
        pipeline.incr("list")
        replies = pipeline.execute(raise_on_error=False)
    assert replies[:1000] == list(range(1, 1001))
    assert isinstance(replies[1000], redis.ResponseError), replies[1000]
    assert client.lrange("list", 0, 1) == ["0", "1"]


def transactions(protocol):
    client = connect(protocol)
    with client.pipeline() as transaction:
        transaction.set("a", 1).incr("a").lpush("a", "x").hset("h", mapping={"f": "v"}).hgetall("h")
        replies = transaction.execute(raise_on_error=False)
    assert replies[:2] == [True, 2] and replies[3:] == [1, {"f": "v"}], replies
    assert "WRONGTYPE" in str(replies[2])
    with client.pipeline() as transaction:
        transaction.set("a", 9).execute_command("GET")
        fails(redis.ResponseError, transaction.execute, "wrong number of arguments")
    assert client.get("a") == "2"
    with client.pipeline() as transaction:
        transaction.watch("a")
        client.set("a", 5)
        transaction.multi()
        transaction.set("a", 6)
        fails(redis.WatchError, transaction.execute)
    with client.pipeline() as transaction:
        transaction.watch("short")
        client.set("short", 1, px=20)
        until(lambda: not client.exists("short"))
        transaction.multi()
        transaction.set("short", 6)
        fails(redis.WatchError, transaction.execute)
    assert client.get("a") == "5"


def retries(protocol):
    client = connect(protocol)
    client.set("count", 0)

    def increment(pipeline):
        value = int(pipeline.get("count"))
        pipeline.multi()
        pipeline.set("count", value + 1)

    def work():
        for _ in range(50):
            client.transaction(increment, "count")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("count") == "200"


def channels(protocol):
    client = connect(protocol)
    pubsub = client.pubsub()
    pubsub.subscribe("news")
    pubsub.psubscribe("n*")
    message(pubsub, "subscribe")
    message(pubsub, "psubscribe")
    assert client.pubsub_channels() == ["news"] and client.pubsub_numpat() == 1
    assert client.pubsub_numsub("news") == [("news", 1)]
    assert client.publish("news", "hello") == 2
    assert message(pubsub, "message")["data"] == "hello"
    assert message(pubsub, "pmessage")["pattern"] == "n*"
    pubsub.ping()
    assert client.publish("news", "after PING") == 2
    assert message(pubsub, "message")["data"] == "after PING"
    restart()
    until(lambda: heard(pubsub) is None and published(client, "again") == 2)
    assert message(pubsub, "message")["data"] == "again"
    pubsub.unsubscribe()
    message(pubsub, "unsubscribe")
    assert client.publish("news", "last") == 1
    pubsub.close()


def published(client, text):
    try:
        return client.publish("news", text)
    except redis.ConnectionError:
        return None


def channels_of_shards(protocol):
    if RELEASE < (5, 0):
        raise TooOld
    client = connect(protocol)
    pubsub = client.pubsub()
    pubsub.ssubscribe("orders")
    message(pubsub, "ssubscribe")
    assert client.spublish("orders", "one") == 1
    assert message(pubsub, "smessage")["data"] == "one"
    assert client.pubsub_shardchannels() == ["orders"]
    pubsub.close()


def a_listening_thread(protocol):
    client = connect(protocol, health_check_interval=1)
    heard = []
    pubsub = client.pubsub()
    pubsub.subscribe(**{"jobs": heard.append})
    thread = pubsub.run_in_thread(sleep_time=0.05)
    until(lambda: client.publish("jobs", "x"))
    until(lambda: heard)
    time.sleep(1.5)
    client.publish("jobs", "y")
    until(lambda: len(heard) > 1)
    thread.stop()
    thread.join()


def events_of_keys(protocol):
    client = connect(protocol)
    client.config_set("notify-keyspace-events", "KEA")
    pubsub = client.pubsub()
    pubsub.psubscribe("__keyevent@0__:*")
    message(pubsub, "psubscribe")
    client.set("short", 1, px=500)
    client.hset("h", "f", "v")
    heard = [message(pubsub, "pmessage")["channel"].split(":")[1] for _ in range(4)]
    assert heard == ["set", "expire", "hset", "expired"], heard
    client.config_set("notify-keyspace-events", "")
    pubsub.close()


def a_cache_of_its_own(protocol):
    if protocol != 3 or RELEASE < (5, 3):
        raise TooOld
    from redis.cache import CacheConfig

    writer = connect(protocol)
    writer.set("a", "1")
    client = connect(protocol, cache_config=CacheConfig())
    try:
        assert client.get("a") == "1" and client.get("a") == "1"
    except redis.ConnectionError as error:
        raise TooOld from error
    assert client.get_cache().size == 1
    writer.set("a", "2")
    until(lambda: client.get("a") == "2")
    writer.delete("a")
    until(lambda: client.get("a") is None)
    writer.flushall()
    until(lambda: client.get("b") is None and client.get_cache().size <= 2)


def waiting(protocol):
    client = connect(protocol)
    found = []

    def wait():
        other = connect(protocol)
        found.append(other.blpop(["none", "queue"], timeout=PATIENCE_SECONDS))
        found.append(other.blmove("queue", "other", PATIENCE_SECONDS))
        found.append(other.bzpopmin("z", PATIENCE_SECONDS))
        found.append(other.blpop("none", timeout=1))

    thread = threading.Thread(target=wait)
    thread.start()
    for work in (
        lambda: client.rpush("queue", "a"),
        lambda: client.rpush("queue", "b"),
        lambda: client.zadd("z", {"m": 1.5}),
    ):
        until(lambda: client.info("clients")["blocked_clients"] == 1)
        before = len(found)
        work()
        until(lambda: len(found) > before)
    thread.join()
    assert [tuple(f) if isinstance(f, list) else f for f in found] == [
        ("queue", "a"),
        "b",
        ("z", "m", 1.5),
        None,
    ], found


def groups(protocol):
    client = connect(protocol)
    client.xgroup_create("stream", "g", id="$", mkstream=True)
    fails(redis.ResponseError, lambda: client.xgroup_create("stream", "g"), "BUSYGROUP")
    entry = client.xadd("stream", {"f": "v"})
    read = client.xreadgroup("g", "me", {"stream": ">"}, count=10, block=1000)
    # A map or a list, as the protocol and the release want it.
    name, entries = next(iter(read.items())) if isinstance(read, dict) else read[0]
    entries = entries[0] if isinstance(entries[0], list) else entries
    assert name == "stream" and tuple(entries[0]) == (entry, {"f": "v"}), read
    assert client.xpending("stream", "g")["pending"] == 1
    assert client.xautoclaim("stream", "g", "you", 0)[1][0][0] == entry
    assert client.xack("stream", "g", entry) == 1
    assert len(client.xinfo_consumers("stream", "g")) == 2
    assert client.xtrim("stream", maxlen=0) == 1


def users(protocol):
    client = connect(protocol)
    client.acl_setuser(
        "program",
        enabled=True,
        passwords=["+secret"],
        categories=["+@read", "+@connection"],
        keys=["app:*"],
        channels=["news"],
    )
    user = connect(protocol, username="program", password="secret")
    assert user.ping() and user.acl_whoami() == "program" if allowed(user) else True
    assert user.get("app:1") is None
    fails(redis.exceptions.NoPermissionError, lambda: user.get("other"))
    fails(redis.exceptions.NoPermissionError, lambda: user.set("app:1", "x"))
    wrong = connect(protocol, username="program", password="wrong")
    fails(redis.RedisError, wrong.ping, "invalid username-password pair")
    assert client.acl_getuser("program")["enabled"]
    assert client.acl_users() == ["default", "program"]
    assert client.acl_deluser("program") == 1
    fails(redis.RedisError, lambda: until(lambda: not user.ping()))


def allowed(user):
    try:
        return user.acl_whoami()
    except redis.exceptions.NoPermissionError:
        return None


def locks(protocol):
    client = connect(protocol)
    lock = client.lock("lock", timeout=10)
    assert lock.acquire(blocking=False) and lock.owned()
    other = client.lock("lock", timeout=10, blocking_timeout=0.1)
    assert not other.acquire()
    assert lock.extend(10) and 10_000 < client.pttl("lock") <= 20_000
    assert lock.extend(5, replace_ttl=True) and client.pttl("lock") <= 5_000
    assert lock.reacquire() and 5_000 < client.pttl("lock") <= 10_000
    other.local.token = b"another"
    fails(redis.exceptions.LockNotOwnedError, other.release)
    client.script_flush()
    lock.release()
    fails(redis.exceptions.LockError, lock.release)
    assert not client.exists("lock")
    fails(redis.exceptions.LockNotOwnedError, lambda: lost(client))
    held = []

    def work():
        mine = connect(protocol)
        for _ in range(25):
            with mine.lock("shared", timeout=PATIENCE_SECONDS, sleep=0.001):
                held.append(1)
                assert len(held) == 1
                mine.incr("done")
                held.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("done") == "100"


def lost(client):
    lock = client.lock("short", timeout=0.02)
    assert lock.acquire()
    until(lambda: not client.exists("short"))
    lock.release()


def scripts(protocol):
    client = connect(protocol)
    count = client.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    assert count(keys=["n"], args=[2]) == 2
    client.script_flush()
    assert client.script_exists(count.sha) == [False]
    fails(redis.exceptions.NoScriptError, lambda: client.evalsha(count.sha, 1, "n", 1), "No matching script")
    assert count(keys=["n"], args=[1]) == 3
    for transaction in True, False:
        client.script_flush()
        pipeline = client.pipeline(transaction=transaction)
        count(keys=["n"], args=[1], client=pipeline)
        pipeline.get("n")
        pipeline.eval("return {KEYS[1], ARGV[1], 3.9, {err='MINE no'}}", 1, "k", "v")
        count(keys=["text"], args=["x"], client=pipeline)
        replies = pipeline.execute(raise_on_error=False)
        assert replies[1] == str(replies[0]) and replies[2][:3] == ["k", "v", 3], replies
        assert "not an integer" in str(replies[3]), replies
    assert client.get("n") == "5"
    fails(redis.ResponseError, lambda: client.eval("return redis.error_reply('MINE no')", 0), "MINE no")
    fails(redis.ResponseError, lambda: client.eval("return {", 0), "Error compiling script")
    fails(redis.ResponseError, lambda: client.eval("return redis.call('GET')", 0), "Wrong number of args")
    assert client.eval_ro("return redis.call('GET', KEYS[1])", 1, "n") == "5"
    fails(redis.ResponseError, lambda: client.eval_ro("return redis.call('INCR', KEYS[1])", 1, "n"), "not allowed")
    with client.pipeline() as watching:
        watching.watch("n")
        count(keys=["n"], args=[1])
        watching.multi()
        watching.get("n")
        fails(redis.WatchError, watching.execute)


def operators(protocol):
    client = connect(protocol)
    with client.monitor() as monitor:
        client.set("seen", "1")
        line = until(lambda: next(iter([monitor.next_command()])))
        while "SET seen 1" not in line["command"]:
            line = monitor.next_command()
        assert line["db"] == 0
    assert client.role()[0] == "master"
    assert client.wait(0, 0) == 0
    assert client.info("replication")["role"] == "master"
    assert client.module_list() == []
    fails(redis.ResponseError, lambda: client.execute_command("CLUSTER INFO"), "cluster support disabled")
    client.config_set("slowlog-log-slower-than", 0)
    client.get("a")
    assert client.slowlog_len() > 0 and client.slowlog_get(1)[0]["duration"] >= 0
    client.config_set("slowlog-log-slower-than", 10000)
    assert client.slowlog_reset() and client.execute_command("LATENCY LATEST") == []
    assert client.client_pause(100) and client.client_unpause()
    assert client.client_no_evict("ON") in ("OK", True)
    assert client.memory_usage("seen") > 0
    other = connect(protocol)
    ident = other.client_id()
    assert client.client_kill_filter(_id=ident) == 1
    assert other.ping() and other.client_id() != ident
    assert client.command_count() > 200
    assert client.config_get("save") is not None and client.config_resetstat()
    assert client.dbsize() >= 1 and client.swapdb(0, 1) and client.flushall()


async def with_asyncio(protocol):
    options = {} if protocol is None else {"protocol": protocol}
    client = redis.asyncio.Redis(port=PORT, decode_responses=True, **options)
    async with client.pipeline(transaction=True) as transaction:
        assert await transaction.set("a", 1).incr("a").execute() == [True, 2]
    async with client.pubsub() as pubsub:
        await pubsub.subscribe("news")
        while not await client.publish("news", "hello"):
            await asyncio.sleep(0.01)
        while True:
            found = await pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
            if found:
                assert found["data"] == "hello"
                break
    await asyncio.gather(*(client.incr("n") for _ in range(100)))
    assert await client.get("n") == "100"
    await (client.aclose() if hasattr(client, "aclose") else client.close())


def asynchronous(protocol):
    asyncio.run(with_asyncio(protocol))


CHECKS = [
    names_itself,
    pipelines,
    transactions,
    retries,
    channels,
    channels_of_shards,
    a_listening_thread,
    events_of_keys,
    a_cache_of_its_own,
    waiting,
    groups,
    users,
    locks,
    scripts,
    operators,
    asynchronous,
]


def main():
    failures = 0
    for protocol in [None, 2, 3] if RELEASE >= (5, 0) else [None]:
        for check in CHECKS:
            name = f"redis-py {redis.__version__}, protocol {protocol or 'by choice'}: {check.__name__}"
            redis.Redis(port=PORT).flushall()
            try:
                check(protocol)
                print("ok      ", name, flush=True)
            except TooOld:
                print("left out", name, flush=True)
            except Exception:
                failures += 1
                print("FAILED  ", name, flush=True)
                traceback.print_exc()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
