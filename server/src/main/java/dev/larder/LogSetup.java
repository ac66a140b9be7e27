package dev.larder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.larder.config.Config;
import dev.larder.config.LogOptions;
import dev.larder.net.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/** Where a server process logs, and how much. Embedding programs configure their own logging. */
final class LogSetup {
  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %msg%n";

  /** Where the system's log listens. */
  private static final String SYSLOG = "/dev/log";

  private static volatile boolean isApplied;

  private LogSetup() {}

  /** Whether logs go somewhere. */
  static boolean isApplied() {
    return isApplied;
  }

  /**
   * Logs to {@code logfile}, and to the system's log if that is wanted, from {@code loglevel} on;
   * follows changes of the level.
   *
   * @throws StartException when the file cannot be written, or there is no system's log
   */
  static void apply(Config config) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender(context, config));
    if (config.get(LogOptions.SYSLOG_ENABLED)) {
      SyslogAppender syslog = SyslogAppender.of(config, SYSLOG);
      syslog.setContext(context);
      syslog.start();
      root.addAppender(syslog);
    }
    context.getLogger("io.netty").setLevel(Level.WARN);
    root.setLevel(level(config.get(LogOptions.LOGLEVEL)));
    config.onChange(LogOptions.LOGLEVEL, name -> root.setLevel(level(name)));
    isApplied = true;
  }

  /** What writes to the file, or to the standard output; started. */
  static Appender<ILoggingEvent> appender(LoggerContext context, Config config) {
    String file = config.get(LogOptions.LOGFILE);
    OutputStreamAppender<ILoggingEvent> appender;
    if (file.isEmpty()) {
      appender = new ConsoleAppender<>();
    } else {
      checkWritable(Path.of(file));
      FileAppender<ILoggingEvent> toFile = new ReopenedFileAppender();
      toFile.setFile(file);
      appender = toFile;
    }
    appender.setContext(context);
    appender.setEncoder(encoder(context, config.get(LogOptions.LOG_FORMAT)));
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
    EncoderBase<ILoggingEvent> encoder = format.equals("json") ? json() : text(context);
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static EncoderBase<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(PATTERN);
    return text;
  }

  /** Time (milliseconds since 1970), level, thread, logger, message, and the exception if any. */
  private static EncoderBase<ILoggingEvent> json() {
    JsonEncoder json = new JsonEncoder();
    json.setWithSequenceNumber(false);
    json.setWithNanoseconds(false);
    json.setWithContext(false);
    json.setWithMDC(false);
    json.setWithMarkers(false);
    json.setWithKVPList(false);
    json.setWithArguments(false);
    json.setWithMessage(false);
    json.setWithFormattedMessage(true);
    return json;
  }

  private static void checkWritable(Path file) {
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw new StartException(
          "cannot write logfile " + file + ": use a path in a folder that this user may write to");
    }
  }

  private static Level level(String name) {
    return switch (name) {
      case "debug" -> Level.TRACE;
      case "verbose" -> Level.DEBUG;
      case "warning" -> Level.WARN;
      case "nothing" -> Level.OFF;
      default -> Level.INFO;
    };
  }
}
