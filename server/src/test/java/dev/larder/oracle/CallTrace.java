package dev.larder.oracle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a trace of system calls, as {@code strace -f} writes it, against the promise of {@code
 * appendfsync always}: whatever a socket is given that contains a number of ten digits, that number
 * was written to a file before, and an fdatasync of this file has begun after that and ended before
 * the socket was given it. Lines are taken in the order of the trace.
 */
final class CallTrace {
  private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\((\\d+)(.*)$");
  private static final Pattern RESUMED = Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>");
  private static final Pattern TOKEN = Pattern.compile("(?<!\\d)[1-9]\\d{9}(?!\\d)");
  private static final String UNFINISHED = "<unfinished ...>";

  /** A call that has begun. */
  private record Begun(String name, int file, String arguments, int writesBefore) {}

  /** What is known of a number: in which file it is, and which of its writes brought it there. */
  private record Written(int file, int write) {}

  private final Map<Integer, Begun> begun = new HashMap<>();
  private final Map<String, Written> written = new HashMap<>();

  /** Writes that have ended, by file, and how many of them the last fdatasync covers. */
  private final Map<Integer, Integer> writes = new HashMap<>();

  private final Map<Integer, Integer> durable = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private int forces;

  /**
   * The next line.
   *
   * @throws AssertionError when a number leaves that is not on the disk
   */
  void line(String line) {
    Matcher resumed = RESUMED.matcher(line);
    if (resumed.find()) {
      Begun call = begun.remove(Integer.valueOf(resumed.group(1)));
      if (call != null) {
        end(call);
      }
      return;
    }
    Matcher matcher = CALL.matcher(line);
    if (!matcher.find()) {
      return;
    }
    int file = Integer.parseInt(matcher.group(3));
    int before = writes.getOrDefault(file, 0);
    Begun call = new Begun(matcher.group(2), file, matcher.group(4), before);
    begin(call);
    if (line.endsWith(UNFINISHED)) {
      begun.put(Integer.valueOf(matcher.group(1)), call);
    } else {
      end(call);
    }
  }

  private void begin(Begun call) {
    switch (call.name) {
      case "write", "writev", "sendto", "sendmsg" -> {
        Matcher token = TOKEN.matcher(call.arguments);
        while (token.find()) {
          requireDurable(token.group());
        }
      }
      default -> {}
    }
  }

  private void requireDurable(String token) {
    Written place = written.get(token);
    if (place == null || durable.getOrDefault(place.file, 0) < place.write) {
      throw new AssertionError(token + " was shown before it was on the disk: " + place);
    }
    shown.add(token);
  }

  private void end(Begun call) {
    switch (call.name) {
      case "pwrite64" -> {
        int write = writes.merge(call.file, 1, Integer::sum);
        Matcher token = TOKEN.matcher(call.arguments);
        while (token.find()) {
          written.putIfAbsent(token.group(), new Written(call.file, write));
        }
      }
      case "fdatasync", "fsync" -> {
        forces++;
        durable.put(call.file, call.writesBefore);
      }
      default -> {}
    }
  }

  /** How many different numbers sockets were given. */
  int shown() {
    return shown.size();
  }

  /** How many times a file was forced. */
  int forces() {
    return forces;
  }
}
