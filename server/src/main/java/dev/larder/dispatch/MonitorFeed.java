package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;
import dev.larder.command.SecretArguments;
import dev.larder.metrics.Clock;
import dev.larder.push.Monitors;
import dev.larder.push.Outbox;
import dev.larder.push.PushMessage;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.storage.Bytes;
import io.netty.buffer.ByteBuf;

/** Tells those who monitor what one loop executes, just before it does: a line a command. */
@HotPath
final class MonitorFeed {
  /** What clients of this server do to it is nobody else's business. */
  private static final long HIDDEN = Flag.SKIP_MONITOR.bit() | Flag.ADMIN.bit();

  private static final byte[] REDACTED = " \"(redacted)\"".getBytes(ISO_8859_1);
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int LINE_BYTES = 256;

  private final Outbox outbox;
  private final Monitors monitors;
  private final ReplyWriter reply;

  MonitorFeed(Outbox outbox, ReplyWriter reply) {
    this.outbox = outbox;
    this.monitors = outbox.monitors();
    this.reply = reply;
  }

  /** Whether {@link #tell} has anybody to tell. */
  boolean hasReaders() {
    return monitors.hasAny();
  }

  /** Tells of a command. */
  void tell(Call call) {
    tell(call.session(), call.spec(), call, call.isInScript());
  }

  /** Tells of a command of this session. */
  void tell(Session session, CommandSpec spec, Arguments call) {
    tell(session, spec, call, false);
  }

  private void tell(Session session, CommandSpec spec, Arguments call, boolean isInScript) {
    if ((spec.flagBits() & HIDDEN) != 0 && !spec.runsScript()) {
      return;
    }
    ByteBuf line = reply.buffer().alloc().directBuffer(LINE_BYTES);
    line.writeByte('+');
    line.writeBytes(origin(session, isInScript).getBytes(ISO_8859_1));
    for (int i = 0; i < call.argCount(); i++) {
      if (SecretArguments.isSecret(spec, call, i)) {
        line.writeBytes(REDACTED);
      } else {
        quote(line, call.argAddress(i), call.argLength(i));
      }
    }
    line.writeByte('\r').writeByte('\n');
    outbox.tellMonitors(PushMessage.of(line, line.retainedDuplicate()));
  }

  private static String origin(Session session, boolean isInScript) {
    long micros = Clock.wallMicros();
    // A digit in front keeps the zeros behind the point.
    String fraction = String.valueOf(MICROS_PER_SECOND + micros % MICROS_PER_SECOND).substring(1);
    String time = micros / MICROS_PER_SECOND + "." + fraction;
    String caller = isInScript ? "lua" : address(session.connection());
    return time + " [" + session.database() + " " + caller + "]";
  }

  private static String address(Connection connection) {
    String address = connection.remoteAddress();
    // Without the port that a unix socket does not have.
    return connection.isUnixSocket()
        ? "unix:" + address.substring(0, address.lastIndexOf(':'))
        : address;
  }

  /** A space, and the bytes in quotes, with escapes for what is not printable. */
  private static void quote(ByteBuf line, long address, int length) {
    line.writeByte(' ').writeByte('"');
    for (int i = 0; i < length; i++) {
      byte value = Bytes.getByte(address + i);
      char escape = escape(value);
      if (escape != 0) {
        line.writeByte('\\').writeByte(escape);
      } else if (value >= ' ' && value <= '~') {
        line.writeByte(value);
      } else {
        line.writeByte('\\').writeByte('x');
        line.writeByte(HEX[(value >>> 4) & 0xf]).writeByte(HEX[value & 0xf]);
      }
    }
    line.writeByte('"');
  }

  /** What follows the backslash; 0 if there is no such escape. */
  private static char escape(byte value) {
    return switch (value) {
      case '\\' -> '\\';
      case '"' -> '"';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      case 7 -> 'a';
      case '\b' -> 'b';
      default -> 0;
    };
  }
}
