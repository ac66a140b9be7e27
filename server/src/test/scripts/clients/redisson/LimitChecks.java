import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.api.RCountDownLatch;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RSemaphore;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;

/** What lets so many in at a time, or in some time. */
@SuppressWarnings("deprecation") // Programs use what the library advises against.
final class LimitChecks {
  static final List<Check> ALL =
      List.of(
          new Check("semaphores", LimitChecks::semaphores),
          new Check("semaphores whose permits expire", LimitChecks::expiringPermits),
          new Check("latches", LimitChecks::latches),
          new Check("rate limiters", LimitChecks::rateLimiters));

  private LimitChecks() {}

  private static void semaphores(Program program) throws Exception {
    RSemaphore semaphore = program.client().getSemaphore("permits");
    Program.ensure(semaphore.trySetPermits(3) && !semaphore.trySetPermits(9), "set twice");
    semaphore.acquire(2);
    RSemaphore others = program.connect().getSemaphore("permits");
    Program.ensure(!others.tryAcquire(2), "one too many");
    Program.ensure(!others.tryAcquire(2, Duration.ofMillis(100)), "one too many");
    Future<Boolean> waiting = program.start(() -> others.tryAcquire(3, Duration.ofSeconds(10)));
    semaphore.release(2);
    Program.same(waiting.get(), true);
    Program.same(semaphore.availablePermits(), 0);
    others.addPermits(2);
    Program.same(semaphore.drainPermits(), 2);
    others.release(3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    program.together(
        6,
        false,
        client -> {
          RSemaphore mine = client.getSemaphore("permits");
          for (int i = 0; i < 25; i++) {
            mine.acquire();
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.sleep(1);
            inside.decrementAndGet();
            mine.release();
          }
        });
    Program.ensure(most.get() > 1 && most.get() <= 3, most);
    Program.same(semaphore.availablePermits(), 3);
  }

  private static void expiringPermits(Program program) throws Exception {
    RPermitExpirableSemaphore semaphore = program.client().getPermitExpirableSemaphore("leases");
    Program.ensure(semaphore.trySetPermits(2), "not set");
    String first = semaphore.acquire();
    String second = semaphore.acquire(2, SECONDS);
    RPermitExpirableSemaphore others = program.connect().getPermitExpirableSemaphore("leases");
    Program.same(others.tryAcquire(), null);
    Program.same(others.acquiredPermits(), 2);
    Program.ensure(semaphore.getLeaseTime(second) > 0, "no lease");
    String third = others.tryAcquire(10, SECONDS);
    Program.ensure(third != null, "the permit did not expire");
    Program.same(semaphore.tryRelease(second), false);
    Program.fails(() -> semaphore.release(second), "has already been released or doesn't exist");
    Program.ensure(semaphore.updateLeaseTime(first, 10, SECONDS), "no such lease");
    semaphore.release(first);
    others.release(third);
    Program.same(semaphore.availablePermits(), 2);
    List<String> both = semaphore.acquire(2);
    Program.same(others.tryAcquire(1, 100, -1, MILLISECONDS), List.of());
    semaphore.release(both);
    AtomicInteger inside = new AtomicInteger();
    program.together(
        5,
        false,
        client -> {
          RPermitExpirableSemaphore mine = client.getPermitExpirableSemaphore("leases");
          for (int i = 0; i < 20; i++) {
            String permit = mine.acquire(20, SECONDS);
            Program.ensure(inside.incrementAndGet() <= 2, "too many");
            inside.decrementAndGet();
            mine.release(permit);
          }
        });
    semaphore.setPermits(5);
    Program.same(semaphore.availablePermits(), 5);
  }

  private static void latches(Program program) throws Exception {
    RCountDownLatch latch = program.client().getCountDownLatch("latch");
    Program.ensure(latch.trySetCount(3) && !latch.trySetCount(1), "set twice");
    Program.ensure(!latch.await(100, MILLISECONDS), "open");
    AtomicInteger through = new AtomicInteger();
    Future<Object> waiting =
        program.start(
            () ->
                program.together(
                    4,
                    true,
                    client -> {
                      client.getCountDownLatch("latch").await();
                      through.incrementAndGet();
                    }));
    RedissonClient other = program.connect();
    for (int i = 3; i > 0; i--) {
      Program.same(latch.getCount(), (long) i);
      Program.same(through.get(), 0);
      other.getCountDownLatch("latch").countDown();
    }
    waiting.get(10, SECONDS);
    Program.same(through.get(), 4);
    Program.same(latch.getCount(), 0L);
    latch.await();
  }

  private static void rateLimiters(Program program) throws Exception {
    RRateLimiter limiter = program.client().getRateLimiter("rate");
    Duration interval = Duration.ofSeconds(4);
    Program.ensure(limiter.trySetRate(RateType.OVERALL, 5, interval), "not set");
    Program.ensure(!limiter.trySetRate(RateType.OVERALL, 9, interval), "set twice");
    Program.same(limiter.getConfig().getRate(), 5L);
    RRateLimiter others = program.connect().getRateLimiter("rate");
    Program.ensure(limiter.tryAcquire(3) && others.tryAcquire(2), "too few");
    Program.ensure(!others.tryAcquire() && others.availablePermits() == 0, "too many");
    Program.ensure(others.tryAcquire(1, Duration.ofSeconds(10)), "never again");
    // So many of all clients in so many intervals.
    limiter.setRate(RateType.OVERALL, 10, Duration.ofMillis(200));
    long begin = System.nanoTime();
    program.together(
        4,
        false,
        client -> {
          RRateLimiter mine = client.getRateLimiter("rate");
          for (int i = 0; i < 15; i++) {
            mine.acquire();
          }
        });
    long millis = (System.nanoTime() - begin) / 1_000_000;
    Program.ensure(millis >= 5 * 200 - 100, "60 permits in " + millis + " ms");
    RRateLimiter each = program.client().getRateLimiter("each");
    each.trySetRate(RateType.PER_CLIENT, 2, Duration.ofSeconds(20));
    RRateLimiter others2 = program.connect().getRateLimiter("each");
    Program.ensure(each.tryAcquire(2) && !each.tryAcquire(), "wrong for the first client");
    Program.ensure(others2.tryAcquire(2) && !others2.tryAcquire(), "wrong for the second");
  }
}
