package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import java.util.Locale;

/** DEBUG PROTOCOL: a reply of each type, for testing clients. */
final class DebugProtocol {
  private static final ErrorReply WRONG_TYPE_NAME =
      ErrorReply.of(
          "ERR Wrong protocol type name. Please use one of the following:"
              + " string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
  private static final ErrorReply RESP3_ONLY =
      ErrorReply.of("ERR RESP2 is not supported by this command");
  private static final int RESP3 = 3;

  private DebugProtocol() {}

  static void reply(Call call) throws CommandException {
    ReplyWriter reply = call.reply();
    switch (call.argString(2).toLowerCase(Locale.ROOT)) {
      case "string" -> reply.bulkString("Hello World");
      case "integer" -> reply.integer(12345);
      case "double" -> reply.doubleValue(3.141);
      case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
      case "null" -> reply.nil();
      case "array" -> {
        reply.array(3);
        numbers(reply);
      }
      case "set" -> {
        reply.set(3);
        numbers(reply);
      }
      case "map" -> map(reply);
      case "attrib" -> attribute(reply);
      case "push" -> push(reply);
      case "verbatim" -> reply.verbatim("txt", "This is a verbatim\nstring".getBytes(ISO_8859_1));
      case "true" -> reply.bool(true);
      case "false" -> reply.bool(false);
      default -> throw new CommandException(WRONG_TYPE_NAME);
    }
  }

  private static void numbers(ReplyWriter reply) {
    for (int i = 0; i < 3; i++) {
      reply.integer(i);
    }
  }

  private static void map(ReplyWriter reply) {
    reply.map(3);
    for (int i = 0; i < 3; i++) {
      reply.integer(i);
      reply.bool(i == 1);
    }
  }

  private static void attribute(ReplyWriter reply) {
    if (reply.protocol() == RESP3) {
      reply.attribute(1);
      reply.bulkString("key-popularity");
      reply.array(2);
      reply.bulkString("key:123");
      reply.integer(90);
    }
    reply.bulkString("Some real reply following the attribute");
  }

  private static void push(ReplyWriter reply) throws CommandException {
    if (reply.protocol() != RESP3) {
      throw new CommandException(RESP3_ONLY);
    }
    reply.push(2);
    reply.bulkString("server-cpu-usage");
    reply.integer(42);
    // A push is no reply: this is.
    reply.bulkString("Some real reply following the push reply");
  }
}
