package dev.larder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/** Where a server process logs, and how much. Embedding programs configure their own logging. */
final class LogSetup {
  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %msg%n";

  private LogSetup() {}

  /**
   * Logs to {@code logfile} from {@code loglevel} on, and follows changes of the level.
   *
   * @throws StartException when the file cannot be written
   */
  static void apply(Config config) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender(context, config.get(Options.LOGFILE)));
    context.getLogger("io.netty").setLevel(Level.WARN);
    root.setLevel(level(config.get(Options.LOGLEVEL)));
    config.onChange(Options.LOGLEVEL, name -> root.setLevel(level(name)));
  }

  private static Appender<ILoggingEvent> appender(LoggerContext context, String file) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender;
    if (file.isEmpty()) {
      appender = new ConsoleAppender<>();
    } else {
      checkWritable(Path.of(file));
      FileAppender<ILoggingEvent> toFile = new FileAppender<>();
      toFile.setFile(file);
      appender = toFile;
    }
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
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
