package dev.larder.cli.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lines of MONITOR: {@code 1339518083.107412 [0 127.0.0.1:60866] "get" "x"}. The size and the
 * time to live of a value are known from the last command that has written its key, and kept for
 * each of them; a collection counts as a string with all that was written to it by one command.
 */
final class MonitorReader {
  private static final Pattern LINE =
      Pattern.compile("(\\d{1,11})\\.(\\d{6}) \\[(\\d+) [^\"]*] (\".*\")");

  /** The reply to MONITOR itself. */
  private static final String REPLY = "OK";

  private static final int MILLIS_PER_SECOND = 1_000;
  private static final int MICROS_PER_MILLI = 1_000;

  private final Request.Value standard;
  private final Consumer<Request> requests;
  private final Map<String, Request.Value> values = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  MonitorReader(Request.Value standard, Consumer<Request> requests) {
    this.standard = standard;
    this.requests = requests;
  }

  /** Whether the output of MONITOR begins with this line. */
  static boolean isFirst(String line) {
    return line.equals(REPLY) || LINE.matcher(line).matches();
  }

  /** Passes on what a line asks for; false if it is none of MONITOR's. */
  boolean read(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return line.equals(REPLY);
    }
    if (!QuotedWords.read(matcher.group(4), words)) {
      return false;
    }
    CachedCommand command = CachedCommand.all().get(words.getFirst().toLowerCase(Locale.ROOT));
    if (command != null) {
      long millis =
          Long.parseLong(matcher.group(1)) * MILLIS_PER_SECOND
              + Long.parseLong(matcher.group(2)) / MICROS_PER_MILLI;
      pass(command, matcher.group(3), millis);
    }
    return true;
  }

  private void pass(CachedCommand command, String database, long millis) {
    int last = command.keyStep() == 0 ? Math.min(1, words.size() - 1) : words.size() - 1;
    for (int i = 1; i <= last; i += Math.max(1, command.keyStep())) {
      String name = words.get(i);
      // The same name in another database is another key.
      String key = database.equals("0") ? name : database + ':' + name;
      Request.Value value = values.getOrDefault(key, standard);
      if (command.effect() == Request.Kind.WRITE) {
        value = command.value(words, i, value, millis);
        values.put(key, value);
      } else if (command.effect() == Request.Kind.REMOVE) {
        values.remove(key);
      }
      requests.accept(new Request(command.effect(), key.getBytes(ISO_8859_1), value, millis));
    }
  }
}
