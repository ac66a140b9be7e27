package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import dev.larder.config.Config;
import dev.larder.config.LogOptions;
import dev.larder.net.NotifiedSocket;
import dev.larder.net.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where messages go, and in which form; in a context of Logback's that is not this JVM's. */
final class LogSetupTest {
  @TempDir Path folder;
  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("dev.larder.Test");

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Config config() {
    return new Config().set(LogOptions.LOGFILE, file().toString());
  }

  private Path file() {
    return folder.resolve("larder.log");
  }

  private void logTo(Appender<ILoggingEvent> appender) {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  @Test
  void aFileThatWasMovedIsBegunAgain() throws Exception {
    logTo(LogSetup.appender(context, config()));
    log.info("one");
    Path old = folder.resolve("larder.log.1");
    Files.move(file(), old);
    log.info("two");
    log.info("three");

    assertThat(old).content().contains("one").doesNotContain("two");
    assertThat(file()).content().contains("two", "three").doesNotContain("one");
  }

  @Test
  void aFileThatSomebodyElseHasBegunIsGoneOnWith() throws Exception {
    logTo(LogSetup.appender(context, config()));
    log.info("one");
    Files.move(file(), folder.resolve("larder.log.1"));
    Files.writeString(file(), "made by logrotate\n");
    log.info("two");

    assertThat(file()).content().startsWith("made by logrotate\n").contains("two");
  }

  @Test
  void aFileThatWasDeletedOrCutIsWrittenAgain() throws Exception {
    logTo(LogSetup.appender(context, config()));
    log.info("one");
    Files.delete(file());
    log.info("two");
    assertThat(Files.readAllLines(file())).hasSize(1);
    Files.writeString(file(), "");
    log.info("three");
    assertThat(Files.readAllLines(file())).singleElement().asString().endsWith(" INFO  three");
  }

  @Test
  void whatCannotBeOpenedAgainGoesWhereItWent() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path target = inner.resolve("a.log");
    logTo(LogSetup.appender(context, new Config().set(LogOptions.LOGFILE, target.toString())));
    Path moved = Files.move(inner, folder.resolve("moved"));
    Files.writeString(inner, "a file where the folder was");
    log.info("one");
    assertThat(moved.resolve("a.log")).content().contains("one");
    Files.delete(inner);
    Files.createDirectory(inner);
    log.info("two");
    assertThat(target).content().contains("two");
  }

  @Test
  void jsonIsAnObjectALine() throws Exception {
    logTo(LogSetup.appender(context, config().set(LogOptions.LOG_FORMAT, "json")));
    log.info("one {} \"two\"\nthree", 1);
    log.error("failed", new IllegalStateException("why"));

    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .matches(
            "\\{\"timestamp\":\\d+,\"level\":\"INFO\",\"threadName\":\"[^\"]+\","
                + "\"loggerName\":\"dev.larder.Test\","
                + "\"formattedMessage\":\"one 1 \\\\\"two\\\\\"\\\\nthree\",\"throwable\":null}");
    assertThat(lines.getLast())
        .contains("\"throwable\":{\"className\":\"java.lang.IllegalStateException\"")
        .contains("\"message\":\"why\"");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSystemsLogGetsADatagramForEachLine() throws Exception {
    String path = folder.resolve("log").toString();
    Config config =
        new Config()
            .set(LogOptions.SYSLOG_IDENT, "cache")
            .set(LogOptions.SYSLOG_FACILITY, "local3");
    try (NotifiedSocket socket = new NotifiedSocket(path)) {
      SyslogAppender appender = SyslogAppender.of(config, path);
      appender.setContext(context);
      appender.start();
      logTo(appender);
      log.info("hello {}", "world");
      // Facility 19, severity 5.
      assertThat(socket.next())
          .matches(
              "<157>[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d cache\\["
                  + ProcessHandle.current().pid()
                  + "]: hello world");
      log.error("failed", new IllegalStateException("why"));
      assertThat(socket.next()).startsWith("<155>").endsWith(": failed");
      assertThat(socket.next()).endsWith("java.lang.IllegalStateException: why");
    }
    log.info("nobody listens any more");
  }

  @Test
  void whereThereIsNoSystemsLogThatIsSaid() {
    assertThatThrownBy(() -> SyslogAppender.of(new Config(), folder.resolve("log").toString()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("syslog-enabled is yes, but there is no ");
  }
}
