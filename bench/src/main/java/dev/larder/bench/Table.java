package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of text with a header, as aligned columns or as Markdown. */
final class Table {
  private final String title;
  private final List<List<String>> lines = new ArrayList<>();

  Table(String title, String... header) {
    this.title = title;
    lines.add(List.of(header));
  }

  void add(String... cells) {
    lines.add(List.of(cells));
  }

  boolean isEmpty() {
    return lines.size() == 1;
  }

  String aligned() {
    int columns = lines.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder(title).append('\n');
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        row.append("  ").append(line.get(i)).repeat(" ", widths[i] - line.get(i).length());
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  String markdown() {
    StringBuilder text = new StringBuilder("## ").append(title).append("\n\n");
    for (int i = 0; i < lines.size(); i++) {
      text.append(cells(lines.get(i)));
      if (i == 0) {
        text.append("| --- ".repeat(lines.getFirst().size())).append("|\n");
      }
    }
    return text.append('\n').toString();
  }

  private static String cells(List<String> line) {
    return line.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
