package dev.larder.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Options that the environment gives: {@code LARDER_MAXMEMORY=1gb} for {@code maxmemory 1gb}. */
final class EnvironmentOptions {
  private static final String PREFIX = "LARDER_";

  /** Names a file of options that are weaker than those of any other: an image's own. */
  static final String DEFAULTS = "LARDER_DEFAULTS";

  /** Of the launcher, and of {@code larder ping}. */
  private static final Set<String> NO_OPTIONS =
      Set.of(
          DEFAULTS, "LARDER_JAVA_OPTS", "LARDER_HOME", "LARDER_PING_USER", "LARDER_PING_PASSWORD");

  /**
   * What Kubernetes tells every container of a service named {@code larder}, as Docker did of
   * links.
   */
  private static final Pattern OF_SERVICES =
      Pattern.compile("LARDER_(SERVICE_.*|PORT_\\d+_.*|NAME)");

  private static final String ADDRESS = "tcp://";

  private EnvironmentOptions() {}

  /** The variables that are meant for the server, by the names of options, in their order. */
  static SortedMap<String, String> of(Map<String, String> environment) {
    SortedMap<String, String> options = new TreeMap<>();
    environment.forEach((variable, value) -> {
      if (isMeant(variable, value)) {
        options.put(option(variable), value);
      }
    });
    return options;
  }

  private static boolean isMeant(String variable, String value) {
    return variable.startsWith(PREFIX)
        && !NO_OPTIONS.contains(variable)
        && !OF_SERVICES.matcher(variable).matches()
        && !value.startsWith(ADDRESS);
  }

  private static String option(String variable) {
    return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The variable that stands for an option. */
  static String variable(String option) {
    return PREFIX + option.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
