package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.choice;
import static dev.larder.config.Types.text;

import java.util.ArrayList;
import java.util.List;

/** What is logged, where to, and how. */
public final class LogOptions {
  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<String> LOGLEVEL =
      add(
          Option.of(
                  "loglevel",
                  choice("debug", "verbose", "notice", "warning", "nothing"),
                  "notice",
                  "The least important messages to log.")
              .mutable());

  public static final Option<String> LOGFILE =
      add(
          Option.of(
              "logfile",
              text(),
              "",
              "File to log to; empty for the standard output. It may be moved away at any time:"
                  + " the next line begins another one."));

  public static final Option<String> LOG_FORMAT =
      add(
          Option.of(
              "larder-log-format",
              choice("text", "json"),
              "text",
              "How `logfile` or the standard output get a message: as a line of text, or as an"
                  + " object of JSON in a line. Larder's own."));

  public static final Option<Boolean> SYSLOG_ENABLED =
      add(
          Option.of(
              "syslog-enabled",
              bool(),
              false,
              "Whether messages also go to the system's log (`/dev/log`); Linux only."));

  public static final Option<String> SYSLOG_IDENT =
      add(Option.of("syslog-ident", text(), "larder", "The name before the messages there."));

  public static final Option<String> SYSLOG_FACILITY =
      add(
          Option.of(
              "syslog-facility",
              choice(
                  "user", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
                  "local7"),
              "local0",
              "The kind of program they come from there."));

  private LogOptions() {}

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
