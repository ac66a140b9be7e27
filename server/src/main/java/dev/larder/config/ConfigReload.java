package dev.larder.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what a configuration that is read again says, in a server that runs: all of it that
 * can change, or nothing. Used by one thread at a time.
 *
 * <p>What clients have changed by CONFIG SET, and the files do not speak of, stays. An option that
 * the files no longer speak of goes back to its default.
 */
public final class ConfigReload {
  /** What they name may have changed while they have not: a certificate was renewed. */
  private static final Set<Option<?>> NAMES_OF_FILES = Set.of(TlsOptions.TLS_CERT_FILE);

  private final Config running;
  private final List<List<String>> usersAtStart;
  private final List<List<String>> renamesAtStart;

  /** What the files said when they were last read. */
  private Config last;

  /**
   * What came of it.
   *
   * @param changed the options with a new value, or a file that was read again; none if there was a
   *     failure
   * @param fixed those that the files want otherwise, but that only a restart changes
   * @param failure why nothing was changed, or null
   */
  public record Outcome(
      List<String> changed, List<String> fixed, Config.@Nullable Failure failure) {
    public Outcome {
      changed = List.copyOf(changed);
      fixed = List.copyOf(fixed);
    }
  }

  /**
   * For a running server.
   *
   * @param atStart what {@link ConfigLoader} made for it, unless the same object runs
   */
  public ConfigReload(Config running, Config atStart) {
    this.running = running;
    this.last = atStart;
    this.usersAtStart = users(atStart);
    this.renamesAtStart = renames(atStart);
  }

  /** Changes the running configuration into what was read now. */
  public Outcome apply(Config read) {
    Map<String, String> changes = new LinkedHashMap<>();
    List<String> fixed = new ArrayList<>();
    for (Option<?> option : Config.options()) {
      String wanted = read.setting(option).text();
      boolean isMeant = read.isGiven(option) || last.isGiven(option);
      boolean isSame =
          wanted.equals(running.setting(option).text())
              && (wanted.isEmpty() || !NAMES_OF_FILES.contains(option));
      if (!isMeant || option.isReserved() || isSame) {
        continue;
      }
      if (option.isMutable()) {
        changes.put(option.name(), wanted);
      } else {
        fixed.add(option.name());
      }
    }
    if (!users(read).equals(usersAtStart)) {
      fixed.add(UserLine.NAME);
    }
    if (!renames(read).equals(renamesAtStart)) {
      fixed.add(CommandRename.NAME);
    }
    Config.Failure failure = running.change(changes);
    if (failure != null) {
      return new Outcome(List.of(), fixed, failure);
    }
    last = read;
    return new Outcome(List.copyOf(changes.keySet()), fixed, null);
  }

  /** What is declared of users, wherever the lines are. */
  private static List<List<String>> users(Config config) {
    return config.users().stream().map(UserLine::words).toList();
  }

  private static List<List<String>> renames(Config config) {
    return config.renames().stream()
        .map(rename -> List.of(rename.command(), rename.newName()))
        .toList();
  }
}
