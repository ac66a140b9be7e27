package dev.larder.commands;

import dev.larder.command.Declarations;
import dev.larder.storage.Journal;
import java.util.ArrayList;
import java.util.List;

/** What tests of commands on keys share: the groups they need, and replies as text. */
final class KeyHarness {
  static final String OK = "+OK\r\n";
  static final String NIL = "$-1\r\n";
  static final String ONE = ":1\r\n";
  static final String ZERO = ":0\r\n";
  static final String SYNTAX = "-ERR syntax error\r\n";
  static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";
  static final String OUT_OF_INT =
      "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n";
  static final String NO_DATABASE = "-ERR DB index is out of range\r\n";
  static final String SAME = "-ERR source and destination objects are the same\r\n";
  static final String OUT_OF_MEMORY =
      "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

  private KeyHarness() {}

  static CommandHarness open() {
    return new CommandHarness(KeyHarness::declare);
  }

  /** A server whose four shards have room for so many bytes each. */
  static CommandHarness open(int shardBytes) {
    return new CommandHarness(KeyHarness::declare, Journal.NONE, shardBytes);
  }

  private static void declare(Declarations c) {
    StringCommands.declare(c, () -> 1 << 29);
    SetCommands.declare(c);
    HashCommands.declare(c);
    KeyCommands.declare(c);
    DumpCommands.declare(c);
    ExpireCommands.declare(c);
    ScanCommands.declare(c);
    DatabaseCommands.declare(c, Saving.NONE);
    ObjectCommands.declare(c);
    MemoryCommands.declare(c);
  }

  static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  static long integer(String reply) {
    if (!reply.startsWith(":")) {
      throw new AssertionError(reply);
    }
    return Long.parseLong(reply.substring(1, reply.length() - 2));
  }

  /** The elements of a reply that is one array of bulk strings. */
  static List<String> strings(String reply) {
    return strings(reply, 0);
  }

  /** The elements of the array that is the second element of a reply of SCAN. */
  static List<String> scanned(String reply) {
    int cursorEnd = reply.indexOf("\r\n", reply.indexOf('$')) + 2 + cursorOf(reply).length() + 2;
    return strings(reply, cursorEnd);
  }

  static String cursorOf(String reply) {
    if (!reply.startsWith("*2\r\n$")) {
      throw new AssertionError(reply);
    }
    int start = reply.indexOf("\r\n", 4) + 2;
    return reply.substring(start, reply.indexOf("\r\n", start));
  }

  private static List<String> strings(String reply, int from) {
    if (reply.charAt(from) != '*') {
      throw new AssertionError(reply.substring(from));
    }
    int at = reply.indexOf("\r\n", from);
    int count = Integer.parseInt(reply.substring(from + 1, at));
    at += 2;
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int end = reply.indexOf("\r\n", at);
      int length = Integer.parseInt(reply.substring(at + 1, end));
      strings.add(reply.substring(end + 2, end + 2 + length));
      at = end + 2 + length + 2;
    }
    if (at != reply.length()) {
      throw new AssertionError("bytes behind the reply: " + reply.substring(at));
    }
    return strings;
  }
}
