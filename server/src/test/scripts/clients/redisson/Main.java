import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.config.Protocol;

/**
 * What programs do with Redisson, nearly all of whose objects are scripts, in both protocols, at
 * the server of {@code $PORT}. A check throws what is wrong. {@code $RESTART} is a command that
 * restarts the server.
 *
 * <p>Run from source, with Redisson's jars on the class path; a word as argument leaves the checks
 * whose names have it.
 */
final class Main {
  private static final long CHECK_SECONDS_MAX = 6 * Program.PATIENCE_SECONDS;

  public static void main(String[] arguments) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(LockChecks.ALL);
    checks.addAll(LimitChecks.ALL);
    checks.addAll(QueueChecks.ALL);
    checks.addAll(ValueChecks.ALL);
    if (arguments.length > 0) {
      checks.removeIf(check -> !check.name().contains(arguments[0]));
    }
    String release = Redisson.class.getPackage().getImplementationVersion();
    int failures = 0;
    int passed = 0;
    for (Protocol protocol : Protocol.values()) {
      for (Check check : checks) {
        String name =
            "Redisson%s, protocol %s: %s"
                .formatted(
                    release == null ? "" : " " + release,
                    protocol == Protocol.RESP2 ? "2" : "3",
                    check.name());
        try (Program program = new Program(protocol)) {
          program.empty();
          program.start(() -> check.work().run(program)).get(CHECK_SECONDS_MAX, TimeUnit.SECONDS);
          System.out.println("ok       " + name);
          passed++;
        } catch (TooOld e) {
          System.out.println("left out " + name);
        } catch (Exception e) {
          if (e.getCause() instanceof TooOld) {
            System.out.println("left out " + name);
            continue;
          }
          System.out.println("FAILED   " + name);
          e.printStackTrace(System.out);
          failures++;
        }
      }
    }
    System.out.printf("%d passed, %d failed%n", passed, failures);
    // Timers of the library that outlive its clients must not keep the program.
    System.exit(failures == 0 ? 0 : 1);
  }
}
