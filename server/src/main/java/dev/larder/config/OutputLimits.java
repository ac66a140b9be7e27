package dev.larder.config;

import java.util.List;
import java.util.Locale;

/** How much unread output a client may have before it is disconnected, by class of client. */
public record OutputLimits(Limit normal, Limit replica, Limit pubsub) {

  /**
   * The limit of one class.
   *
   * @param hardBytes disconnects at once, 0 for never
   * @param softBytes disconnects after {@code softSeconds} above it, 0 for never
   */
  public record Limit(long hardBytes, long softBytes, long softSeconds) {
    @Override
    public String toString() {
      return hardBytes + " " + softBytes + " " + softSeconds;
    }
  }

  /** Redis's defaults: none for normal clients, 256 MB for replicas, 32 MB for subscribers. */
  static OutputLimits defaults() {
    return new OutputLimits(
        new Limit(0, 0, 0),
        new Limit(256L << 20, 64L << 20, 60),
        new Limit(32L << 20, 8L << 20, 60));
  }

  private OutputLimits with(String clientClass, Limit limit) throws ConfigException {
    return switch (clientClass.toLowerCase(Locale.ROOT)) {
      case "normal" -> new OutputLimits(limit, replica, pubsub);
      case "slave", "replica" -> new OutputLimits(normal, limit, pubsub);
      case "pubsub" -> new OutputLimits(normal, replica, limit);
      default ->
          throw new ConfigException(
              "Invalid client class specified in buffer limit configuration.");
    };
  }

  static ValueType<OutputLimits> type() {
    return new ValueType<>() {
      @Override
      String description() {
        return "groups of class (`normal`, `replica`, `pubsub`), hard limit, soft limit, seconds";
      }

      @Override
      OutputLimits parse(String text, OutputLimits current) throws ConfigException {
        List<String> words = Words.split(text);
        if (words.isEmpty() || words.size() % 4 != 0) {
          throw new ConfigException("Wrong number of arguments in buffer limit configuration.");
        }
        OutputLimits limits = current;
        for (int i = 0; i < words.size(); i += 4) {
          String failure =
              "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
          Limit limit =
              new Limit(
                  Types.parseMemory(words.get(i + 1), failure),
                  Types.parseMemory(words.get(i + 2), failure),
                  Types.parseInteger(words.get(i + 3), failure));
          if (limit.softSeconds() < 0) {
            throw new ConfigException(failure);
          }
          limits = limits.with(words.get(i), limit);
        }
        return limits;
      }

      @Override
      String format(OutputLimits value) {
        return "normal " + value.normal + " slave " + value.replica + " pubsub " + value.pubsub;
      }

      @Override
      boolean isWordList() {
        return true;
      }
    };
  }
}
