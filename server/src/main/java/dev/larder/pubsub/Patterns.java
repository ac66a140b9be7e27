package dev.larder.pubsub;

import dev.larder.command.Glob;
import dev.larder.resp.ByteString;
import dev.larder.session.Subscription;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * Patterns of channels that somebody listens to, by the bytes before their first special character:
 * a channel meets only those that begin as it does. Finding them takes one lookup for each length
 * of such a beginning, then a comparison for each pattern that has it. Any thread.
 */
final class Patterns {

  /** A pattern, and who listens to what matches it. */
  record Pattern(byte[] name, Glob glob, Audience audience) {}

  /** By the length of the beginning, the beginning, and the pattern. */
  private final ConcurrentNavigableMap<Integer, Map<ByteString, Map<ByteString, Pattern>>> all =
      new ConcurrentSkipListMap<>();

  /** How many there are; written with the monitor held. */
  private volatile int count;

  synchronized void add(Subscription member) {
    byte[] name = member.name().toArray();
    all.computeIfAbsent(beginningLength(name), _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(beginning(name), _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(member.name(), _ -> newPattern(name))
        .audience
        .add(member);
  }

  private Pattern newPattern(byte[] name) {
    count = count + 1;
    return new Pattern(name, new Glob(name, false), new Audience());
  }

  synchronized void remove(Subscription member) {
    byte[] name = member.name().toArray();
    int length = beginningLength(name);
    ByteString beginning = beginning(name);
    Map<ByteString, Map<ByteString, Pattern>> sameLength = all.getOrDefault(length, Map.of());
    Map<ByteString, Pattern> same = sameLength.getOrDefault(beginning, Map.of());
    Pattern pattern = same.get(member.name());
    if (pattern == null || !pattern.audience.removeLast(member)) {
      return;
    }
    count = count - 1;
    same.remove(member.name());
    if (same.isEmpty()) {
      sameLength.remove(beginning);
    }
    if (sameLength.isEmpty()) {
      all.remove(length);
    }
  }

  private static int beginningLength(byte[] pattern) {
    int length = 0;
    while (length < pattern.length && !isSpecial(pattern[length])) {
      length++;
    }
    return length;
  }

  private static boolean isSpecial(byte value) {
    return value == '*' || value == '?' || value == '[' || value == '\\';
  }

  private static ByteString beginning(byte[] pattern) {
    return ByteString.of(Arrays.copyOf(pattern, beginningLength(pattern)));
  }

  int count() {
    return count;
  }

  /** Shows all patterns that a channel matches. */
  void matching(byte[] channel, Consumer<Pattern> visitor) {
    for (var entry : all.headMap(channel.length, true).entrySet()) {
      ByteString beginning = ByteString.of(Arrays.copyOf(channel, entry.getKey()));
      Map<ByteString, Pattern> found = entry.getValue().get(beginning);
      if (found != null) {
        for (Pattern pattern : found.values()) {
          if (pattern.glob.matches(channel)) {
            visitor.accept(pattern);
          }
        }
      }
    }
  }
}
