package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.cli.trace.Request;
import dev.larder.cli.trace.TraceFormat;
import dev.larder.cli.trace.TraceReader;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.storage.EvictionPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code larder simulate}: replays a trace on the real keyspace, without a network, and prints what
 * part of its reads each policy would have served from a cache of each size. All caches are filled
 * side by side while the trace is read, so its length does not matter.
 */
@Command(
    name = "simulate",
    description = "Shows the hit ratios that eviction policies would have on a trace of requests.",
    footer = {
      "",
      "A trace has a key a line, perhaps with the size of its value in bytes behind",
      "it. Or it is what redis-cli MONITOR prints: the SETs in it tell sizes and times",
      "to live. Or it is named *.u32: numbers of objects in 32 bits, little-endian.",
      "Named *.gz it is packed by gzip. A read that does not find its key stores it, as",
      "a client would.",
      "",
      "Examples:",
      "  larder simulate requests.txt --size 1%%,10%%",
      "  timeout 600 redis-cli monitor | larder simulate - --size 100mb,200mb"
    },
    exitCodeOnInvalidInput = 1,
    exitCodeOnExecutionException = 1)
final class SimulateCommand implements Callable<Integer> {
  private static final int MILLIS_PER_SECOND = 1_000;

  /** Each reserves address space, of which there is plenty, but not without end. */
  private static final int MAX_CACHES = 32;

  @Parameters(paramLabel = "TRACE", description = "A file, or - for the standard input.")
  private @Nullable Path file;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      required = true,
      split = ",",
      converter = CacheSize.Converter.class,
      description = "Sizes of caches: keys (10000), memory (100mb), a part of all keys (10%%).")
  private List<CacheSize> sizes = List.of();

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      split = ",",
      description =
          "Policies of maxmemory-policy, or exact-lru; else exact-lru and all that evict any key.")
  private List<String> policies = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      converter = FormatConverter.class,
      description = "Form of the trace if it cannot be told from it: keys, monitor or u32.")
  private TraceFormat format = TraceFormat.AUTO;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Size of values of which the trace does not tell: ${DEFAULT-VALUE}.")
  private int valueBytes;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long keys live of which the trace does not tell: 0 for ever.")
  private int ttlSeconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Requests a second, of a trace without times: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  /** Reads a form by its name in lower case. */
  static final class FormatConverter implements ITypeConverter<TraceFormat> {
    @Override
    public TraceFormat convert(String text) {
      return switch (text) {
        case "keys" -> TraceFormat.KEYS;
        case "monitor" -> TraceFormat.MONITOR;
        case "u32" -> TraceFormat.U32;
        default -> throw new TypeConversionException("'" + text + "' is not keys, monitor or u32");
      };
    }
  }

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  private final InputStream standardInput;
  private final List<SimulatedCache> caches = new ArrayList<>();
  private DistinctKeys distinct = new DistinctKeys();
  private long requests;
  private long nowMillis;

  SimulateCommand() {
    this(System.in);
  }

  /**
   * @param standardInput what {@code -} means
   */
  SimulateCommand(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  @Override
  public Integer call() {
    CommandLine line = requireNonNull(spec).commandLine();
    check(line);
    Path trace = requireNonNull(file);
    try {
      boolean isPartOf = sizes.stream().anyMatch(s -> s.unit() == CacheSize.Unit.PERCENT);
      if (isPartOf) {
        if (isStandardInput(trace)) {
          throw new ParameterException(line, "--size: a part of all keys needs a file to count in");
        }
        read(trace, request -> distinct.add(request.key()));
      }
      open(line);
      distinct = new DistinctKeys();
      read(trace, this::replay);
      if (requests == 0) {
        line.getErr().println("larder: there is no request in " + trace);
        return 1;
      }
      print(line.getOut());
      return 0;
    } catch (NoSuchFileException e) {
      line.getErr().println("larder: there is no file " + trace);
      return 1;
    } catch (IOException e) {
      line.getErr().println("larder: cannot read " + trace + ": " + e.getMessage());
      return 1;
    } finally {
      caches.forEach(SimulatedCache::close);
    }
  }

  private void check(CommandLine line) {
    if (valueBytes < 0 || valueBytes > TraceReader.MAX_VALUE_BYTES) {
      throw new ParameterException(line, "--value-size is 0 to " + TraceReader.MAX_VALUE_BYTES);
    }
    if (rate < 1 || ttlSeconds < 0) {
      throw new ParameterException(line, "--rate is at least 1, --ttl at least 0");
    }
  }

  private void open(CommandLine line) {
    for (CacheSize size : sizes) {
      for (String name : policies.isEmpty() ? standardPolicies(size) : policies) {
        long most = size.of(distinct.count());
        if (name.equals(ExactLruCache.NAME)) {
          if (size.unit() == CacheSize.Unit.BYTES) {
            throw new ParameterException(line, "--policy: exact-lru takes sizes in keys only");
          }
          caches.add(new ExactLruCache(size, most));
        } else {
          caches.add(new EngineCache(size, policy(line, name), most));
        }
        if (caches.size() > MAX_CACHES) {
          throw new ParameterException(line, "at most " + MAX_CACHES + " caches at a time");
        }
      }
    }
  }

  private static List<String> standardPolicies(CacheSize size) {
    List<String> names = new ArrayList<>();
    for (EvictionPolicy policy : EvictionPolicy.values()) {
      if (policy.text().startsWith("allkeys-") && isOffered(policy.text())) {
        names.add(policy.text());
      }
    }
    if (size.unit() != CacheSize.Unit.BYTES) {
      names.add(ExactLruCache.NAME);
    }
    return names;
  }

  private static EvictionPolicy policy(CommandLine line, String name) {
    if (!isOffered(name)) {
      String offered =
          Arrays.stream(EvictionPolicy.values())
              .map(EvictionPolicy::text)
              .filter(SimulateCommand::isOffered)
              .collect(Collectors.joining(", "));
      throw new ParameterException(
          line, "--policy: '" + name + "' is none of " + offered + ", " + ExactLruCache.NAME);
    }
    return EvictionPolicy.of(name);
  }

  /** Whether a server takes a policy. */
  private static boolean isOffered(String policy) {
    return new Config().change(Map.of(Options.MAXMEMORY_POLICY.name(), policy)) == null;
  }

  private static boolean isStandardInput(Path trace) {
    return trace.toString().equals("-");
  }

  private void read(Path trace, Consumer<Request> taker) throws IOException {
    long ttl = ttlSeconds == 0 ? Request.Value.NO_TTL : (long) ttlSeconds * MILLIS_PER_SECOND;
    TraceReader reader = new TraceReader(format, new Request.Value(valueBytes, ttl), taker);
    if (isStandardInput(trace)) {
      reader.read("", standardInput);
    } else {
      try (InputStream in = Files.newInputStream(trace)) {
        reader.read(trace.toString(), in);
      }
    }
  }

  private void replay(Request request) {
    nowMillis =
        request.timeMillis() == Request.NO_TIME
            ? requests * MILLIS_PER_SECOND / rate
            : Math.max(nowMillis, request.timeMillis());
    requests++;
    distinct.add(request.key());
    for (SimulatedCache cache : caches) {
      cache.accept(request, nowMillis);
    }
  }

  private void print(PrintWriter out) {
    out.printf(Locale.ROOT, "%d requests for %d keys%n%n", requests, distinct.count());
    out.printf("%-10s %-16s %9s %12s %12s%n", "size", "policy", "hit ratio", "keys", "evicted");
    for (SimulatedCache cache : caches) {
      out.printf(
          Locale.ROOT,
          "%-10s %-16s %8.2f%% %12d %12d%n",
          cache.size(),
          cache.policy(),
          cache.hitPercent(),
          cache.keys(),
          cache.evictedKeys());
    }
    for (SimulatedCache cache : caches) {
      if (cache.refused() > 0) {
        out.printf(
            Locale.ROOT,
            "with %s of %s, %d writes were refused: nothing could go%n",
            cache.policy(),
            cache.size(),
            cache.refused());
      }
    }
    out.flush();
  }
}
