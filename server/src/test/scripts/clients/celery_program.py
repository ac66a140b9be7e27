"""What programs do with Celery, its broker and its results at the server of $PORT.

Run as a program it starts workers, processes that load this file as a module, and checks what
becomes of the tasks that it sends. A check is a function; it raises what is wrong. A word as argument
leaves the checks that have it in their names. $RESTART is a command that restarts the server.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
import traceback

import celery
import celery.exceptions
import redis
from celery import chain, chord, group
from redis.backoff import NoBackoff
from redis.retry import Retry

PORT = int(os.environ["PORT"])
HERE = os.path.dirname(os.path.abspath(__file__))
URL = f"redis://127.0.0.1:{PORT}"
PATIENCE_SECONDS = 60
VISIBILITY_SECONDS = 4
MANY = 500

app = celery.Celery("celery_program", broker=f"{URL}/0", backend=f"{URL}/1")
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS, "priority_steps": [0, 5, 9]},
    result_backend_transport_options={"retry_policy": {"timeout": 20}},
    result_extended=True,
    task_track_started=True,
    worker_prefetch_multiplier=1,
)
# What tasks leave for the checks to see; the server may be another one than a moment ago.
seen = redis.Redis(
    port=PORT,
    db=2,
    decode_responses=True,
    retry=Retry(NoBackoff(), 3),
    retry_on_error=[redis.ConnectionError],
)


@app.task
def add(x, y):
    return x + y


@app.task
def total(numbers):
    return sum(numbers)


@app.task(name="celery_program.fail")
def fail():
    raise ValueError("as it should")


@app.task
def note(name):
    seen.rpush("notes", name)
    return name


@app.task(ignore_result=True)
def forget(name):
    seen.rpush("notes", name)


@app.task(bind=True, max_retries=5)
def fail_at_first(self, times):
    if self.request.retries < times:
        raise self.retry(countdown=0.2)
    return self.request.retries


@app.task(bind=True, autoretry_for=(KeyError,), retry_backoff=False, default_retry_delay=0.1, max_retries=2)
def fail_always(self):
    seen.incr("tries")
    raise KeyError("no")


@app.task(bind=True, acks_late=True)
def survive(self, name):
    """Takes long the first time, so that its worker can be killed meanwhile."""
    if seen.incr(f"begun:{name}") == 1:
        time.sleep(PATIENCE_SECONDS)
    seen.incr(f"done:{name}")
    return name


@app.task
def sleep(name, seconds):
    seen.incr(f"begun:{name}")
    time.sleep(seconds)
    seen.incr(f"done:{name}")


@app.task(rate_limit="5/s")
def seldom(number):
    return time.time()


def until(look):
    """What `look` finds once it is something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


class Worker:
    """A worker with processes of its own."""

    count = 0

    def __init__(self):
        Worker.count += 1
        self.name = f"w{Worker.count}@localhost"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "celery_program", "worker", "-n", self.name),
                *("-c", "2", "-l", "CRITICAL", "--without-mingle", "-E"),
            ],
            cwd=HERE,
            # They tell of each task that fails and each connection that is lost, as some should.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "C_FORCE_ROOT": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        until(lambda: app.control.ping([self.name], timeout=1))

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def get(result):
    return result.get(timeout=PATIENCE_SECONDS)


def results(workers):
    result = add.delay(2, 3)
    assert get(result) == 5 and result.successful() and result.state == "SUCCESS"
    failure = fail.delay()
    try:
        get(failure)
        raise AssertionError("no error")
    except ValueError as error:
        assert str(error) == "as it should"
    assert failure.failed() and "ValueError" in failure.traceback
    result.forget()
    assert result.state == "PENDING"
    ignored = forget.delay("ignored")
    until(lambda: seen.exists("notes"))
    assert ignored.state == "PENDING"


def many_tasks(workers):
    sent = [add.delay(i, i) for i in range(MANY)]
    assert [get(one) for one in sent] == [2 * i for i in range(MANY)]


def groups_and_chains(workers):
    assert get(group(add.s(i, 1) for i in range(50))()) == list(range(1, 51))
    assert get(chain(add.s(1, 2), add.s(3), add.s(4))()) == 10
    assert get((add.s(1, 1) | group(add.s(10), add.s(20)))()) == [12, 22]
    saved = group(add.s(1, 1), add.s(2, 2))()
    saved.save()
    restored = celery.result.GroupResult.restore(saved.id, app=app)
    assert until(restored.successful) and [one.result for one in restored] == [2, 4]


def chords(workers):
    assert get(chord((add.s(i, i) for i in range(100)), total.s())()) == 9900
    inner = chord([chord([add.s(1, 1), add.s(2, 2)], total.s()), add.s(3, 3)], total.s())
    assert get(inner()) == 12
    assert get((group(add.s(1, 1), add.s(2, 2)) | total.s() | add.s(100))()) == 106
    broken = chord([add.s(1, 1), fail.s()], total.s())()
    try:
        get(broken)
        raise AssertionError("no error")
    except (ValueError, celery.exceptions.ChordError) as error:
        assert "as it should" in str(error)
    several = [chord([add.s(i, j) for j in range(10)], total.s())() for i in range(20)]
    assert [get(one) for one in several] == [10 * i + 45 for i in range(20)]


def retries(workers):
    assert get(fail_at_first.delay(3)) == 3
    try:
        get(fail_always.delay())
        raise AssertionError("no error")
    except KeyError:
        assert seen.get("tries") == "3"


def countdowns(workers):
    begin = time.time()
    late = note.apply_async(("late",), countdown=2)
    early = note.apply_async(("early",), countdown=1)
    note.apply_async(("now",))
    expired = note.apply_async(("expired",), countdown=1, expires=0.5)
    assert get(early) == "early" and time.time() >= begin + 1
    assert get(late) == "late" and time.time() >= begin + 2
    assert seen.lrange("notes", 0, -1) == ["now", "early", "late"]
    assert until(lambda: expired.state == "REVOKED")


def revokes(workers):
    waiting = note.apply_async(("revoked",), countdown=2)
    waiting.revoke()
    assert until(lambda: waiting.state == "REVOKED")
    running = sleep.delay("long", PATIENCE_SECONDS)
    until(lambda: seen.get("begun:long"))
    running.revoke(terminate=True, signal="SIGKILL")
    assert until(lambda: running.state == "REVOKED")
    assert not seen.exists("notes", "done:long")


def a_killed_worker(workers):
    victims = [survive.delay(name) for name in ("a", "b", "c", "d")]
    until(lambda: sum(seen.exists(f"begun:{name}") for name in "abcd") == 4)
    for worker in workers:
        worker.kill()
    workers[:] = [Worker(), Worker()]
    assert [get(victim) for victim in victims] == ["a", "b", "c", "d"]
    for name in "abcd":
        assert int(seen.get(f"begun:{name}")) >= 2 and int(seen.get(f"done:{name}")) >= 1


def priorities(workers):
    for worker in workers:
        app.control.cancel_consumer("celery", destination=[worker.name], reply=True)
    sent = [note.apply_async((f"{p}:{i}",), priority=p) for i in range(5) for p in (9, 5, 0)]
    app.control.add_consumer("celery", destination=[workers[0].name], reply=True)
    for one in sent:
        get(one)
    order = [int(name[0]) for name in seen.lrange("notes", 0, -1)]
    # Several processes take them, and some may be taken while others are still sent.
    assert sum(order[:7]) < sum(order[-7:]), order
    for worker in workers[1:]:
        app.control.add_consumer("celery", destination=[worker.name], reply=True)


def control(workers):
    names = {worker.name for worker in workers}
    pongs = app.control.ping(timeout=5)
    assert {name for pong in pongs for name in pong} == names, pongs
    stats = app.control.inspect(timeout=5).stats()
    assert set(stats) == names
    registered = app.control.inspect(timeout=5).registered()
    assert "celery_program.add" in str(registered)
    waiting = note.apply_async(("waits",), countdown=30)
    assert until(lambda: waiting.id in str(app.control.inspect(timeout=5).scheduled()))
    waiting.revoke()
    times = sorted(get(group(seldom.s(i) for i in range(12))()))
    assert times[-1] - times[0] > 0.5, times


def events(workers):
    with app.connection_for_read() as connection:
        heard = []
        receiver = app.events.Receiver(connection, handlers={"*": lambda event: heard.append(event["type"])})

        def look():
            # It hears what comes while it captures.
            add.apply_async((1, 2), countdown=1)
            try:
                receiver.capture(limit=9, timeout=3)
            except TimeoutError:
                pass
            return {"task-received", "task-started", "task-succeeded"} <= set(heard)

        until(look)


def a_restart(workers):
    get(add.delay(1, 1))
    subprocess.run(shlex.split(os.environ["RESTART"]), check=True)
    # The workers come back by themselves; who sends is another process, with connections of its own.
    send = "import celery_program as c; assert c.get(c.add.delay(4, 5)) == 9"
    subprocess.run([sys.executable, "-c", send], cwd=HERE, check=True)


CHECKS = [
    results,
    many_tasks,
    groups_and_chains,
    chords,
    retries,
    countdowns,
    revokes,
    a_killed_worker,
    priorities,
    control,
    events,
    a_restart,
]


def main():
    checks = [check for check in CHECKS if all(word in check.__name__ for word in sys.argv[1:])]
    failures = 0
    for check in checks:
        name = f"Celery {celery.__version__} with redis-py {redis.__version__}: {check.__name__}"
        # Tasks that an earlier check has left would keep workers from its own.
        redis.Redis(port=PORT).flushall()
        workers = []
        try:
            workers += [Worker(), Worker()]
            check(workers)
            print("ok      ", name, flush=True)
        except Exception:
            failures += 1
            print("FAILED  ", name, flush=True)
            traceback.print_exc()
        finally:
            for worker in workers:
                worker.close()
    print(f"{len(checks) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    # The module that workers load has the tasks' names, so the program is that module too.
    sys.path.insert(0, HERE)
    import celery_program

    sys.exit(celery_program.main())
