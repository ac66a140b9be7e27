package dev.larder.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes modifiers of ACL SETUSER: most of them right, some that no server takes. */
final class AclRules {
  private static final double BROKEN = 0.1;
  private static final double SELECTOR = 0.1;

  private static final String HASH_OF_A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

  private static final List<String> WORDS =
      List.of(
          "on",
          "off",
          "ON",
          "nopass",
          "resetpass",
          "allkeys",
          "resetkeys",
          "allchannels",
          "resetchannels",
          "allcommands",
          "nocommands",
          "NoCommands",
          "sanitize-payload",
          "skip-sanitize-payload",
          "clearselectors",
          "reset",
          "",
          "+@all",
          "-@all",
          "+@ALL",
          ">a",
          ">",
          ">b c",
          "<a",
          "#" + HASH_OF_A,
          "!" + HASH_OF_A);

  private static final List<String> BROKEN_RULES =
      List.of(
          "x",
          "x y",
          "+",
          "-",
          "+@",
          "-@x",
          "+nosuch",
          "+get|",
          "+config|nosuch",
          "-get|x",
          "-select|0",
          "+config|get|x",
          "+config|get|",
          "+|",
          "+get|a|b",
          "%",
          "%~",
          "%~x",
          "%RR~x",
          "%X~x",
          "%R x",
          "~a b",
          "~\0",
          "&a\tb",
          "#",
          "#" + HASH_OF_A.toUpperCase(Locale.ROOT),
          "!abc",
          "<never",
          "@all",
          "x\r\ny",
          "\0");

  private static final List<String> PATTERNS =
      List.of(
          "*",
          "*",
          "",
          "a",
          "b",
          "c",
          "key:*",
          "key:[12]",
          "hash:*",
          "h[^b]*",
          "list:1",
          "set:?",
          "zset:*",
          "stream:1",
          "\\*",
          "k*",
          "?",
          "num",
          "\u00ff*",
          "*1");

  private static final List<String> PREFIXES =
      List.of("~", "~", "%R~", "%W~", "%RW~", "%r~", "%wr~", "&");

  private final List<String> commands;
  private final List<String> categories;
  private final Random random;

  /**
   * @param commands full names that both servers know
   */
  AclRules(List<String> commands, List<String> categories, Random random) {
    this.commands = commands;
    this.categories = categories;
    this.random = random;
  }

  private String oneOf(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** So many modifiers. */
  List<String> modifiers(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(modifier());
    }
    return all;
  }

  private String modifier() {
    if (random.nextDouble() < SELECTOR) {
      return selector();
    }
    if (random.nextDouble() < BROKEN) {
      return oneOf(BROKEN_RULES);
    }
    String sign = random.nextInt(3) > 0 ? "+" : "-";
    return switch (random.nextInt(8)) {
      case 0 -> oneOf(WORDS);
      case 1, 2 -> oneOf(PREFIXES) + oneOf(PATTERNS);
      case 3, 4 -> sign + "@" + oneOf(categories);
      case 5 -> "+" + oneOf(List.of("select", "get", "debug", "SET")) + "|" + random.nextInt(3);
      default -> sign + oneOf(commands);
    };
  }

  private String selector() {
    StringBuilder rules = new StringBuilder("(");
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      rules.append(rules.length() == 1 ? "" : " ").append(partOfSelector());
    }
    return rules.append(')').toString();
  }

  private String partOfSelector() {
    return switch (random.nextInt(6)) {
      case 0 -> oneOf(List.of("allkeys", "allchannels", "resetkeys", "+@all", "on", "nosuch"));
      case 1, 2 -> oneOf(PREFIXES) + oneOf(PATTERNS);
      case 3 -> "+@" + oneOf(categories);
      default -> "+" + oneOf(commands);
    };
  }
}
