package dev.larder.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What is to be told about an option, for files and manuals that are made of the declarations.
 *
 * @param group what the options beside it have in common, a heading
 * @param aliases older names that mean the same
 * @param value the default as a line of a file has it, quoted if that is needed
 * @param values what its values are, in Markdown
 * @param isMutable whether it may change while the server runs
 * @param meaning whole sentences, in Markdown
 */
public record OptionText(
    String group,
    String name,
    List<String> aliases,
    String value,
    String values,
    boolean isMutable,
    String meaning) {

  /** A heading, and the option that it stands before. */
  private record Group(String title, String first) {}

  /** In the order of the declarations, which a test compares. */
  private static final List<Group> GROUPS =
      List.of(
          new Group("Network", "port"),
          new Group("Security", "requirepass"),
          new Group("Process, log and snapshots", "dir"),
          new Group("Memory, clients and data", "databases"),
          new Group("TLS", "tls-port"),
          new Group("Encodings", "hash-max-listpack-entries"),
          new Group("Packing", "activedefrag"),
          new Group("Eviction in detail", "maxmemory-samples"),
          new Group("Append-only file", "appendonly"),
          new Group("Diagnosis", "slowlog-log-slower-than"));

  public OptionText {
    aliases = List.copyOf(aliases);
  }

  /** All options that have an effect, in order of declaration. */
  public static List<OptionText> all() {
    List<OptionText> texts = new ArrayList<>();
    String group = "";
    for (Option<?> option : Config.options()) {
      if (!option.isReserved() && !option.isHidden()) {
        group = groupOf(option, group);
        texts.add(of(group, option));
      }
    }
    return texts;
  }

  private static String groupOf(Option<?> option, String current) {
    return GROUPS.stream()
        .filter(group -> group.first.equals(option.name()))
        .map(Group::title)
        .findFirst()
        .orElse(current);
  }

  private static <T> OptionText of(String group, Option<T> option) {
    return new OptionText(
        group,
        option.name(),
        option.aliases(),
        option.type().formatLine(option.defaultValue()),
        option.type().description(),
        option.isMutable(),
        option.doc());
  }

  /** The titles of all groups, in order. */
  static List<String> groups() {
    return GROUPS.stream().map(Group::title).toList();
  }
}
