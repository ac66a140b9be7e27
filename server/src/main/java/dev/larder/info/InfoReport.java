package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.ServerStats;
import dev.larder.pubsub.PubSub;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import dev.larder.tracking.ClientTracking;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What there is to tell of a server: sections by name, in a fixed order, as the text that INFO
 * gives, or as values. Safe for any thread.
 */
public final class InfoReport {
  /** What {@code default} leaves out, since it grows with what clients do. */
  private static final Set<String> ONLY_ON_REQUEST = Set.of("commandstats", "latencystats");

  /** What has fields that are several values each. */
  private static final Set<String> OF_LISTS =
      Set.of("commandstats", "latencystats", "errorstats", "keyspace");

  private final Map<String, InfoSection> sections = new LinkedHashMap<>();

  /**
   * @param changes how many changes of the keyspace there have been
   */
  public InfoReport(
      ServerFacts facts,
      Keyspace keyspace,
      LongSupplier changes,
      Sessions sessions,
      ClientTracking tracking,
      PubSub pubSub,
      ServerStats stats,
      Vitals vitals) {
    sections.put("server", new ServerSection(facts, stats));
    sections.put("clients", new ClientsSection(facts, sessions, tracking, keyspace, stats.pause()));
    sections.put("memory", new MemorySection(facts, vitals, keyspace));
    sections.put(
        "persistence", new PersistenceSection(changes, stats.load(), stats.save(), stats.aof()));
    HitCurveReport hitCurve = new HitCurveReport(keyspace.eviction().hitCurve());
    sections.put(
        "stats",
        new StatsSection(stats, tracking, pubSub, vitals, keyspace.relocation(), hitCurve));
    sections.put("replication", new ReplicationSection());
    sections.put("cpu", new CpuSection());
    sections.put("modules", (out, _) -> out.section("Modules"));
    sections.put("commandstats", new CommandstatsSection(stats));
    sections.put("latencystats", new LatencystatsSection(stats, facts::latencyPercentiles));
    sections.put("errorstats", new ErrorstatsSection(stats));
    sections.put("cluster", (out, _) -> cluster(out));
    sections.put("keyspace", new KeyspaceSection(keyspace));
  }

  /** All fields but those that list something: commands, errors, databases. */
  public InfoValues values(CommandTable commands) {
    InfoValues values = new InfoValues();
    sections.forEach((name, section) -> {
      if (!OF_LISTS.contains(name)) {
        section.write(values, commands);
      }
    });
    return values;
  }

  private static void cluster(InfoFields out) {
    out.section("Cluster");
    out.field("cluster_enabled", 0);
  }

  /**
   * The text of some sections.
   *
   * @param names of sections in any case, or {@code default}, {@code all}, {@code everything};
   *     unknown ones are passed over; none at all is the default
   */
  public String render(List<String> names, CommandTable commands) {
    Set<String> wanted = new LinkedHashSet<>();
    for (String name : names.isEmpty() ? List.of("default") : names) {
      add(name.toLowerCase(Locale.ROOT), wanted);
    }
    InfoText out = new InfoText();
    sections.forEach((name, section) -> {
      if (wanted.contains(name)) {
        section.write(out, commands);
      }
    });
    return out.toString();
  }

  private void add(String name, Set<String> wanted) {
    switch (name) {
      case "default" ->
          sections.keySet().stream().filter(s -> !ONLY_ON_REQUEST.contains(s)).forEach(wanted::add);
      case "all", "everything" -> wanted.addAll(sections.keySet());
      default -> wanted.add(name);
    }
  }
}
