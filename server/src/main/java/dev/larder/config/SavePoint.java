package dev.larder.config;

import java.util.ArrayList;
import java.util.List;

/**
 * When to take a snapshot by itself.
 *
 * @param seconds after this time since the last one, at least 1
 * @param changes if there were this many changes, at least 0
 */
public record SavePoint(long seconds, long changes) {

  static ValueType<List<SavePoint>> type() {
    return new ValueType<>() {
      @Override
      String description() {
        return "pairs of seconds and changes; empty for never";
      }

      @Override
      List<SavePoint> parse(String text, List<SavePoint> current) throws ConfigException {
        List<String> words = Words.split(text).stream().filter(word -> !word.isEmpty()).toList();
        String failure = "Invalid save parameters";
        if (words.size() % 2 != 0) {
          throw new ConfigException(failure);
        }
        List<SavePoint> points = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 2) {
          long seconds = Types.parseInteger(words.get(i), failure);
          long changes = Types.parseInteger(words.get(i + 1), failure);
          if (seconds < 1 || changes < 0) {
            throw new ConfigException(failure);
          }
          points.add(new SavePoint(seconds, changes));
        }
        return List.copyOf(points);
      }

      @Override
      List<SavePoint> parseMore(String text, List<SavePoint> current) throws ConfigException {
        List<SavePoint> more = parse(text, current);
        if (more.isEmpty()) {
          return more;
        }
        List<SavePoint> all = new ArrayList<>(current);
        all.addAll(more);
        return List.copyOf(all);
      }

      @Override
      String format(List<SavePoint> value) {
        StringBuilder text = new StringBuilder();
        for (SavePoint point : value) {
          text.append(text.isEmpty() ? "" : " ").append(point.seconds());
          text.append(' ').append(point.changes());
        }
        return text.toString();
      }

      @Override
      boolean isWordList() {
        return true;
      }
    };
  }
}
