package dev.larder;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.larder.config.Config;
import dev.larder.config.LogOptions;
import dev.larder.net.NotifySocket;
import dev.larder.net.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Sends each line to the system's log as syslog(3) does: a datagram to {@code /dev/log}, in the old
 * format of BSD (RFC 3164). A line is lost, rather than waited for, while nobody takes it.
 */
final class SyslogAppender extends AppenderBase<ILoggingEvent> {
  /** What syslogs take of a message, mostly. */
  private static final int MAX_CHARACTERS = 8 * 1024;

  private static final int USER = 1;
  private static final int LOCAL0 = 16;
  private static final int SEVERITIES = 8;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

  private final NotifySocket socket;
  private final int facility;
  private final String tag;

  private SyslogAppender(NotifySocket socket, int facility, String tag) {
    this.socket = socket;
    this.facility = facility;
    this.tag = tag;
  }

  /**
   * The one that the options ask for.
   *
   * @param path of the system's log
   * @throws StartException when there is nothing of that name
   */
  static SyslogAppender of(Config config, String path) {
    NotifySocket socket = Files.exists(Path.of(path)) ? NotifySocket.to(path) : null;
    if (socket == null) {
      throw new StartException(
          "syslog-enabled is yes, but there is no "
              + path
              + ": use logfile, or the standard output");
    }
    String tag = config.get(LogOptions.SYSLOG_IDENT) + "[" + ProcessHandle.current().pid() + "]: ";
    return new SyslogAppender(socket, facility(config.get(LogOptions.SYSLOG_FACILITY)), tag);
  }

  private static int facility(String name) {
    return name.equals("user") ? USER : LOCAL0 + name.charAt("local".length()) - '0';
  }

  @Override
  protected void append(ILoggingEvent event) {
    String head = head(event);
    String text = event.getFormattedMessage();
    if (event.getThrowableProxy() != null) {
      text += "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
    text.lines()
        .filter(line -> !line.isEmpty())
        .forEach(line ->
            socket.send(head + line.substring(0, Math.min(line.length(), MAX_CHARACTERS)), false));
  }

  private String head(ILoggingEvent event) {
    Instant time = Instant.ofEpochMilli(event.getTimeStamp());
    int priority = facility * SEVERITIES + severity(event);
    return "<" + priority + ">" + TIME.format(time.atZone(ZoneId.systemDefault())) + " " + tag;
  }

  /** As syslog(3) numbers them: error, warning, notice, informational, debug. */
  private static int severity(ILoggingEvent event) {
    return switch (event.getLevel().toString()) {
      case "ERROR" -> 3;
      case "WARN" -> 4;
      case "INFO" -> 5;
      case "DEBUG" -> 6;
      default -> 7;
    };
  }

  @Override
  public void stop() {
    super.stop();
    socket.close();
  }
}
