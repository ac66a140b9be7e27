package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param only names of the measurements to run, empty for all
 * @param match run only rows whose name contains this, empty for all
 * @param quick fewer rounds and keys: a glance, not evidence
 * @param rounds interleaved rounds a figure is the median of, 0 for the default
 * @param seconds length of one measured window, 0 for the default
 * @param larderCommand starts the server under test, {@code null} for the Larder that was built
 * @param plain the command is some other Redis-compatible server: it gets Redis's options only
 * @param larderOptions server options added to every start of the server under test
 * @param serverCore the core of the servers, where there are at least two
 * @param loadCore the core of the load
 * @param traces where traces of caches are, {@code null} for the sample
 * @param priority servers and load go before other processes of the machine
 */
record Options(
    Set<String> only,
    String match,
    boolean quick,
    int rounds,
    double seconds,
    @Nullable List<String> larderCommand,
    boolean plain,
    List<String> larderOptions,
    List<String> redisCommand,
    List<String> memcachedCommand,
    int serverCore,
    int loadCore,
    @Nullable Path traces,
    boolean priority,
    boolean list,
    Path home) {

  static final String USAGE =
      """
      Usage: ./larder bench [OPTIONS]

        --only NAME[,NAME]        only these: %s
        --match TEXT              only rows whose name contains TEXT, e.g. "GET 32 B, pipeline 16"
        --list                    name the measurements and their goals, and stop
        --quick                   fewer rounds and keys: a glance, not evidence
        --rounds N                interleaved rounds that a figure is the median of
        --seconds S               length of one measured window
        --larder-command "CMD"    start this instead of the Larder that was built; it gets --port
                                  and further options in redis-server's form
        --larder-plain            the command above knows Redis's options only
        --larder-options "ARGS"   further options for every start of Larder
        --redis-command "CMD"     default: redis-server
        --memcached-command "CMD" default: memcached
        --server-core N           default 0
        --load-core N             default 1
        --traces DIR              traces to replay: files NAME.u32, packed as .gz or .zst or not, of
                                  little-endian 32-bit numbers, one a request
        --micro [PATTERN] [...]   instead: JMH benchmarks of decoder, keyspace and reply writer,
                                  with JMH's own options
        --priority                run servers and load before other processes (nice -15, as root)

      Exits with 0 when every goal is met, 1 when one is missed or could not be measured, 2 when the
      command line is wrong.
      """;

  /** A command line that cannot be understood; the message says which part. */
  static final class BadOptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadOptionException(String message) {
      super(message);
    }
  }

  static Options parse(String[] args, Set<String> measurements, Path home) {
    Parser parser = new Parser(args);
    Options options = new Options(parser, home);
    for (String name : options.only) {
      if (!measurements.contains(name)) {
        throw new BadOptionException(
            "no measurement '" + name + "'; there are " + String.join(", ", measurements));
      }
    }
    return options;
  }

  private Options(Parser p, Path home) {
    this(
        p.only,
        p.match,
        p.quick,
        p.rounds,
        p.seconds,
        p.larderCommand,
        p.plain,
        List.copyOf(p.larderOptions),
        p.redisCommand,
        p.memcachedCommand,
        p.serverCore,
        p.loadCore,
        p.traces,
        p.priority,
        p.list,
        home);
  }

  /** {@code full} unless told otherwise or quick, then {@code brief}. */
  int roundsOr(int full, int brief) {
    return rounds > 0 ? rounds : quick ? brief : full;
  }

  /** Like {@link #roundsOr}, in nanoseconds. */
  long windowOr(double fullSeconds, double briefSeconds) {
    return (long) ((seconds > 0 ? seconds : quick ? briefSeconds : fullSeconds) * Clock.SECOND);
  }

  boolean wants(String rowName) {
    return rowName.contains(match);
  }

  /** The cursor over the arguments, and the values found so far. */
  private static final class Parser {
    private final String[] args;
    private int next;
    private Set<String> only = new TreeSet<>();
    private String match = "";
    private boolean quick;
    private int rounds;
    private double seconds;
    private @Nullable List<String> larderCommand;
    private boolean plain;
    private List<String> larderOptions = new ArrayList<>();
    private List<String> redisCommand = List.of("redis-server");
    private List<String> memcachedCommand = List.of("memcached");
    private int serverCore;
    private int loadCore = 1;
    private @Nullable Path traces;
    private boolean priority;
    private boolean list;

    Parser(String[] args) {
      this.args = args;
      while (next < args.length) {
        option(args[next++]);
      }
    }

    private void option(String name) {
      switch (name) {
        case "--only" -> only = new TreeSet<>(List.of(value(name).split(",")));
        case "--match" -> match = value(name);
        case "--quick" -> quick = true;
        case "--list" -> list = true;
        case "--priority" -> priority = true;
        case "--rounds" -> rounds = (int) number(name, 1, 1_000);
        case "--seconds" -> seconds = number(name, 0.05, 600);
        case "--larder-command" -> larderCommand = words(name);
        case "--larder-plain" -> plain = true;
        case "--larder-options" -> larderOptions = words(name);
        case "--redis-command" -> redisCommand = words(name);
        case "--memcached-command" -> memcachedCommand = words(name);
        case "--server-core" -> serverCore = (int) number(name, 0, 4_095);
        case "--traces" -> traces = Path.of(value(name)).toAbsolutePath();
        case "--load-core" -> loadCore = (int) number(name, 0, 4_095);
        default -> throw new BadOptionException("unknown option '" + name + "'");
      }
    }

    private String value(String name) {
      if (next == args.length) {
        throw new BadOptionException(name + " needs a value");
      }
      return args[next++];
    }

    private List<String> words(String name) {
      String value = value(name).trim();
      return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }

    private double number(String name, double min, double max) {
      String text = value(name);
      try {
        double number = Double.parseDouble(text);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The same message as for a number out of bounds.
      }
      throw new BadOptionException(
          "%s takes a number from %s to %s, not '%s'"
              .formatted(name, Text.number(min), Text.number(max), text));
    }
  }
}
