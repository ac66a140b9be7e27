import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RedissonClient;

/** Locks: alone, by others, by many, kept alive, lost. */
final class LockChecks {
  static final List<Check> ALL =
      List.of(
          new Check("locks", LockChecks::locks),
          new Check("contended locks", LockChecks::contendedLocks),
          new Check("locks that are kept alive", LockChecks::keptAlive),
          new Check("locks of a client that is gone", LockChecks::ofWhoIsGone),
          new Check("locks across a restart", LockChecks::acrossARestart),
          new Check("fair locks", LockChecks::fairLocks),
          new Check("locks for readers and writers", LockChecks::readersAndWriters),
          new Check("several locks as one", LockChecks::severalAsOne),
          new Check("spin and fenced locks", LockChecks::spinAndFencedLocks));

  private LockChecks() {}

  private static void locks(Program program) throws Exception {
    RLock lock = program.client().getLock("lock");
    RLock others = program.connect().getLock("lock");
    lock.lock();
    Program.ensure(lock.isLocked() && lock.isHeldByCurrentThread(), "not locked");
    Program.ensure(others.isLocked() && !others.isHeldByCurrentThread(), "not locked");
    Program.ensure(lock.tryLock(), "not reentrant");
    Program.same(lock.getHoldCount(), 2);
    Program.ensure(!others.tryLock(), "locked by both");
    Program.ensure(!others.tryLock(100, MILLISECONDS), "locked by both");
    Program.same(program.start(() -> lock.tryLock()).get(), false);
    Program.fails(others::unlock, "attempt to unlock lock, not locked by current thread");
    lock.unlock();
    Program.ensure(lock.isLocked(), "open after one of two");
    lock.unlock();
    Program.ensure(!others.isLocked(), "still locked");
    // Waits for a lease that ends by itself.
    lock.lock(2, SECONDS);
    Program.ensure(others.remainTimeToLive() > 0 && others.remainTimeToLive() <= 2000, "no TTL");
    Program.ensure(others.tryLock(10, 20, SECONDS), "the lease did not end");
    Program.fails(lock::unlock, "attempt to unlock lock");
    // Wakes up who waits, by a message.
    Future<Boolean> waiting = program.start(() -> lock.tryLock(20, SECONDS));
    Program.until(
        () -> program.client().getTopic("redisson_lock__channel:{lock}").countSubscribers() > 0);
    others.unlock();
    Program.same(waiting.get(10, SECONDS), true);
    Program.ensure(lock.forceUnlock() && !lock.isLocked(), "not forced");
  }

  /** Adds up what only who holds the lock may read and write. */
  private static void count(Program program, boolean isShared, Locking locking) throws Exception {
    count(program, isShared, 6, 15, locking);
  }

  private static void count(
      Program program, boolean isShared, int threads, int rounds, Locking locking)
      throws Exception {
    RAtomicLong count = program.client().getAtomicLong("count");
    AtomicInteger inside = new AtomicInteger();
    program.together(
        threads,
        isShared,
        client -> {
          RLock lock = locking.of(client);
          for (int i = 0; i < rounds; i++) {
            lock.lock();
            try {
              Program.same(inside.incrementAndGet(), 1);
              count.set(count.get() + 1);
              inside.decrementAndGet();
            } finally {
              lock.unlock();
            }
          }
        });
    Program.same(count.get(), (long) threads * rounds);
    count.delete();
  }

  /** The lock that a client is to take. */
  private interface Locking {
    RLock of(RedissonClient client);
  }

  private static void contendedLocks(Program program) throws Exception {
    count(program, true, client -> client.getLock("shared"));
    count(program, false, client -> client.getLock("shared"));
    Program.same(program.client().getKeys().count(), 0L);
  }

  private static void keptAlive(Program program) throws Exception {
    RLock lock = program.client().getLock("long");
    RLock others = program.connect().getLock("long");
    lock.lock();
    for (int i = 0; i < 6; i++) {
      Thread.sleep(Program.WATCHDOG.toMillis() / 3);
      long left = others.remainTimeToLive();
      Program.ensure(left > 0 && left <= Program.WATCHDOG.toMillis(), left);
      Program.ensure(!others.tryLock(), "locked by both");
    }
    lock.unlock();
    Thread.sleep(Program.WATCHDOG.toMillis() / 2);
    Program.ensure(!others.isLocked(), "kept alive after its end");
  }

  private static void ofWhoIsGone(Program program) throws Exception {
    RedissonClient gone = program.connect();
    gone.getLock("left").lock();
    gone.getFairLock("left fair").lock();
    gone.shutdown();
    for (RLock lock :
        List.of(program.client().getLock("left"), program.client().getFairLock("left fair"))) {
      Program.ensure(lock.tryLock(20, SECONDS), "never freed");
      lock.unlock();
    }
  }

  private static void acrossARestart(Program program) throws Exception {
    RLock lock = program.client().getLock("before");
    lock.lock(PATIENCE_MILLIS, MILLISECONDS);
    Program.restart();
    // Scripts that the client knows by their digests are gone, the lock may be.
    RLock other = program.connect().getLock("after");
    Program.until(() -> works(other));
    Program.until(() -> works(program.client().getLock("after")));
    count(program, true, client -> client.getLock("after"));
  }

  private static final long PATIENCE_MILLIS = Program.PATIENCE_SECONDS * 1000L;

  private static boolean works(RLock lock) {
    try {
      lock.lock();
      lock.unlock();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void fairLocks(Program program) throws Exception {
    count(program, true, client -> client.getFairLock("fair"));
    count(program, false, client -> client.getFairLock("fair"));
    // They come in the order in which they asked.
    RLock lock = program.client().getFairLock("fair");
    lock.lock();
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<Object>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      RLock theirs = program.connect().getFairLock("fair");
      waiting.add(
          program.start(
              () -> {
                theirs.lock();
                order.add(number);
                theirs.unlock();
              }));
      Program.until(
          () -> program.client().getList("redisson_lock_queue:{fair}").size() == number + 1);
    }
    lock.unlock();
    for (Future<Object> one : waiting) {
      one.get(Program.PATIENCE_SECONDS, SECONDS);
    }
    Program.same(order, List.of(0, 1, 2, 3, 4));
    // Who gives up leaves the queue.
    lock.lock();
    RLock others = program.connect().getFairLock("fair");
    Program.ensure(!others.tryLock(200, MILLISECONDS), "locked by both");
    lock.unlock();
    Program.ensure(lock.tryLock(10, SECONDS), "the queue is stuck");
    lock.unlock();
  }

  private static void readersAndWriters(Program program) throws Exception {
    RReadWriteLock lock = program.client().getReadWriteLock("rw");
    RReadWriteLock others = program.connect().getReadWriteLock("rw");
    lock.readLock().lock();
    Program.ensure(others.readLock().tryLock(), "readers exclude each other");
    Program.ensure(!others.writeLock().tryLock(), "a writer beside a reader");
    Thread.sleep(Program.WATCHDOG.toMillis() * 4 / 3);
    Program.ensure(!program.connect().getReadWriteLock("rw").writeLock().tryLock(), "not renewed");
    others.readLock().unlock();
    lock.readLock().unlock();
    Program.ensure(others.writeLock().tryLock(), "not free");
    Program.ensure(!lock.readLock().tryLock(), "a reader beside a writer");
    Program.ensure(others.readLock().tryLock(), "a writer may not read");
    others.writeLock().unlock();
    Program.ensure(lock.readLock().tryLock(10, SECONDS), "not handed down");
    lock.readLock().unlock();
    others.readLock().unlock();
    count(program, false, client -> client.getReadWriteLock("rw").writeLock());
    AtomicInteger readers = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    program.together(
        4,
        false,
        client -> {
          RReadWriteLock mine = client.getReadWriteLock("rw");
          for (int i = 0; i < 20; i++) {
            RLock one = i % 5 == 4 ? mine.writeLock() : mine.readLock();
            one.lock();
            int now = readers.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            Program.ensure(i % 5 != 4 || now == 1, "beside a writer: " + now);
            Thread.sleep(2);
            readers.decrementAndGet();
            one.unlock();
          }
        });
    Program.ensure(most.get() > 1, "never two readers");
  }

  private static void severalAsOne(Program program) throws Exception {
    RedissonClient client = program.client();
    RLock all = client.getMultiLock(client.getLock("a"), client.getLock("b"), client.getLock("c"));
    RLock others = program.connect().getLock("b");
    all.lock();
    Program.ensure(!others.tryLock(), "locked by both");
    all.unlock();
    others.lock();
    Program.ensure(!all.tryLock(300, 5000, MILLISECONDS), "locked by both");
    Program.ensure(!client.getLock("a").isLocked(), "one is left locked");
    others.unlock();
    count(
        program,
        false,
        one -> one.getMultiLock(one.getLock("a"), one.getFairLock("f"), one.getLock("c")));
  }

  private static void spinAndFencedLocks(Program program) throws Exception {
    // Who waits asks again after longer and longer pauses: few, so that nobody starves.
    count(program, false, 2, 5, client -> client.getSpinLock("spin"));
    count(program, false, client -> client.getFencedLock("fenced"));
    RFencedLock lock = program.client().getFencedLock("fenced");
    long token = lock.lockAndGetToken();
    // Not tryLockAndGetToken, which never returns while another holds the lock, here and with
    // redis-server alike.
    Program.ensure(!program.connect().getFencedLock("fenced").tryLock(), "locked by both");
    lock.unlock();
    Program.same(lock.tryLockAndGetToken(), token + 1);
    lock.unlock();
  }
}
