import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/** A program's clients and threads, until its end. */
final class Program implements AutoCloseable {
  static final int PATIENCE_SECONDS = 20;

  /** What a lock without an end is held for at a time; renewed after a third of it. */
  static final Duration WATCHDOG = Duration.ofSeconds(6);

  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String PORT = System.getenv("PORT");

  /** Work that may throw. */
  interface Task {
    void run() throws Exception;
  }

  private final Protocol protocol;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<RedissonClient> clients = new ArrayList<>();
  private final RedissonClient client;

  Program(Protocol protocol) {
    this.protocol = protocol;
    this.client = connect();
  }

  /** The first client. */
  RedissonClient client() {
    return client;
  }

  /** Another client, as of another process: its locks are others'. */
  RedissonClient connect() {
    Config config = new Config();
    config.setProtocol(protocol);
    config.setLockWatchdogTimeout(WATCHDOG.toMillis());
    config.setUseScriptCache(clients.size() % 2 == 0);
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + PORT)
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(1)
        .setTimeout(TIMEOUT_MILLIS);
    RedissonClient made = Redisson.create(config);
    clients.add(made);
    return made;
  }

  /** Empties the server. */
  void empty() {
    client.getKeys().flushall();
  }

  /** Stops the server and starts it again. */
  static void restart() throws Exception {
    Process process = new ProcessBuilder(System.getenv("RESTART").split(" ")).inheritIO().start();
    ensure(process.waitFor() == 0, "the server does not start again");
  }

  /** Runs work beside. */
  <T> Future<T> start(Callable<T> work) {
    return threads.submit(work);
  }

  Future<Object> start(Task work) {
    return threads.submit(
        () -> {
          work.run();
          return null;
        });
  }

  /** Runs the same work in several threads, each with a client of its own or one for all. */
  void together(int count, boolean isShared, TaskOf work) throws Exception {
    List<Future<Object>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RedissonClient mine = isShared ? client : connect();
      all.add(start(() -> work.run(mine)));
    }
    for (Future<Object> one : all) {
      one.get(2L * PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Work with a client. */
  interface TaskOf {
    void run(RedissonClient client) throws Exception;
  }

  static void ensure(boolean isTrue, Object found) {
    if (!isTrue) {
      throw new IllegalStateException("found " + found);
    }
  }

  static void same(Object found, Object expected) {
    if (!Objects.equals(found, expected)) {
      throw new IllegalStateException("found " + found + ", not " + expected);
    }
  }

  /** Waits until something is so. */
  static void until(Callable<Boolean> look) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!look.call()) {
      ensure(System.nanoTime() < end, "nothing came");
      Thread.sleep(10);
    }
  }

  /** The work must fail, with these words. */
  static void fails(Task work, String words) throws Exception {
    try {
      work.run();
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (String.valueOf(cause.getMessage()).contains(words)) {
          return;
        }
      }
      throw e;
    }
    ensure(false, "no error with " + words);
  }

  /** Whether the server can do the work. */
  static void needs(Task work) throws Exception {
    try {
      work.run();
    } catch (RedisException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("unknown command") || message.contains("Unknown Redis command")) {
        throw new TooOld();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (RedissonClient one : clients) {
      if (!one.isShutdown()) {
        one.shutdown(0, 2, TimeUnit.SECONDS);
      }
    }
  }
}
