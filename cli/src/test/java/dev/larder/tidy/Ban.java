package dev.larder.tidy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that sources may not contain.
 *
 * @param what what is banned, for the message
 * @param pattern how it looks in code
 * @param instead what to use instead, and why
 * @param exempt parts of paths where it is allowed
 * @param inComments whether comments count too
 */
record Ban(String what, Pattern pattern, String instead, List<String> exempt, boolean inComments) {
  /** The house's bans. Each has a reason a reader can act on. */
  static final List<Ban> LIST =
      List.of(
          code(
              "System.out and System.err",
              "\\bSystem\\.(out|err)\\b",
              "log by SLF4J; only the command line prints",
              "cli/src/",
              "bench/src/"),
          code(
              "reading the time or sleeping",
              "\\bSystem\\.(currentTimeMillis|nanoTime)\\b|\\bThread\\.sleep\\b"
                  + "|\\b(Instant|LocalDateTime|ZonedDateTime)\\.now\\(",
              "take the time from a Clock, so that tests can set it",
              "Clock.java"),
          code(
              "sun.misc.Unsafe",
              "\\bsun\\.misc\\b|\\bjdk\\.internal\\b",
              "use dev.larder.storage.memory: Unsafe is on its way out of the JDK",
              "server/src/main/java/dev/larder/HangupSignal.java"),
          code(
              "System.exit",
              "\\bSystem\\.exit\\b|\\bRuntime\\.getRuntime\\(\\)\\.(exit|halt)\\b",
              "throw, or return a status: an embedding program does not want to end",
              "cli/src/main/java/dev/larder/cli/Main.java",
              "cli/src/main/java/dev/larder/cli/Ping.java",
              "server/src/main/java/dev/larder/ServerProcess.java",
              "bench/src/main/java/dev/larder/bench/Main.java"),
          code(
              "new RuntimeException, Exception or Error",
              "\\bnew (RuntimeException|Exception|Error|Throwable)\\(",
              "throw a type named by the diagnosis"),
          code("printStackTrace", "\\.printStackTrace\\(", "log the exception by SLF4J"),
          code(
              "threads without a name",
              "\\bnew Thread\\((?!(?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*,\\s*\"[^\"]*\"\\))",
              "give it a name, so that dumps can be read"),
          code(
              "case conversion by the machine's language",
              "\\.to(Lower|Upper)Case\\(\\)",
              "pass Locale.ROOT: in Turkish, i is no I"),
          code(
              "old date classes",
              "\\bjava\\.util\\.(Date|Calendar)\\b|\\bSimpleDateFormat\\b",
              "use java.time"),
          code(
              "imports by *", "(?m)^import [^;]*\\*;", "import each name, so that readers find it"),
          code("disabled tests", "@Disabled\\b", "repair the test or delete it"),
          new Ban(
              "notes to oneself",
              Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b"),
              "finish it, or open an issue",
              List.of(),
              true));

  private static Ban code(String what, String regex, String instead, String... exempt) {
    return new Ban(what, Pattern.compile(regex), instead, List.of(exempt), false);
  }

  boolean allows(String path) {
    return exempt.stream().anyMatch(path::contains);
  }
}
