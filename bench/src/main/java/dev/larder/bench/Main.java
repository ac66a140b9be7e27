package dev.larder.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Entry point of {@code ./larder bench}. */
public final class Main {
  private static final int GOAL_MISSED = 1;
  private static final int BAD_USAGE = 2;

  private static final List<Measurement> MEASUREMENTS =
      List.of(
          new CpuMeasurement(),
          new ScalingMeasurement(),
          new RssMeasurement(),
          new ExpiryMeasurement(),
          StopsMeasurement.ofKeyspace(),
          new ConnectionsMeasurement(),
          new MetricsMeasurement(),
          new AllocationMeasurement(),
          new TypesMeasurement(),
          new TransactionsMeasurement(),
          new ScriptsMeasurement(),
          new EvictionMeasurement(),
          new TracesMeasurement(),
          new ChurnMeasurement(),
          new PubSubMeasurement(),
          new TrackingMeasurement(),
          new TypesRssMeasurement(),
          new PositionsMeasurement(),
          StopsMeasurement.ofCollections(),
          new SnapshotsMeasurement(),
          new FragmentationMeasurement(),
          new AofMeasurement(),
          new AclMeasurement(),
          new TlsMeasurement());

  private Main() {}

  /** Runs the measurements that the arguments select and exits with their verdict. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("--micro")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    PrintStream console =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.exit(run(args, console));
  }

  private static int run(String[] args, PrintStream console) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    MEASUREMENTS.forEach(measurement -> names.add(measurement.name()));
    String usage = Options.USAGE.formatted(String.join(", ", names));
    if (Arrays.asList(args).contains("--help")) {
      console.print(usage);
      return 0;
    }
    Options options;
    try {
      options = Options.parse(args, names, home());
    } catch (Options.BadOptionException e) {
      console.println("larder bench: " + e.getMessage());
      console.print(usage);
      return BAD_USAGE;
    }
    if (options.list()) {
      MEASUREMENTS.forEach(m -> console.println("%-12s %s".formatted(m.name(), m.summary())));
      return 0;
    }
    Bench bench = new Bench(options, console);
    if (!bench.hasRedis()) {
      console.println("larder bench: redis-server is not installed; the goals are ratios to it.");
      return BAD_USAGE;
    }
    return measure(bench, args, console);
  }

  private static int measure(Bench bench, String[] args, PrintStream console) throws IOException {
    if (bench.pinned()) {
      Machine.pinSelf(Integer.toString(bench.options().loadCore()));
    }
    if (bench.options().priority()) {
      Machine.prioritizeSelf();
    }
    List<Row> rows = new ArrayList<>();
    for (Measurement measurement : MEASUREMENTS) {
      Set<String> only = bench.options().only();
      if (only.isEmpty() || only.contains(measurement.name())) {
        runOne(measurement, bench, rows);
      }
    }
    console.println();
    console.print(Report.summary(rows).aligned());
    console.println();
    console.println("Saved as " + Report.save(bench, args, rows));
    boolean met =
        rows.stream().allMatch(r -> r.verdict() == Verdict.OK || r.verdict() == Verdict.INFO);
    return met ? 0 : GOAL_MISSED;
  }

  /** A measurement that fails costs its own rows only. */
  private static void runOne(Measurement measurement, Bench bench, List<Row> rows) {
    try {
      measurement.run(bench, rows);
    } catch (BenchException e) {
      rows.add(new Row(measurement.name(), "", "", Verdict.UNKNOWN, "failed: " + e.getMessage()));
    }
  }

  /** The launcher says where the source tree is; without it, the working directory. */
  private static Path home() {
    String home = System.getenv("LARDER_HOME");
    return Path.of(home == null ? "" : home).toAbsolutePath();
  }
}
