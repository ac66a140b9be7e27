package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.KeyAccess.VARIABLE_FLAGS;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import java.util.function.LongSupplier;

/**
 * Bitmaps: strings seen as bits, the first of which is the highest of the first byte. What the
 * commands are; how they work is in the classes that the handlers name.
 */
public final class BitCommands {

  private BitCommands() {}

  /**
   * Declares the group.
   *
   * @param maxBytes how long a string may become, read anew by each command
   */
  public static void declare(Declarations c, LongSupplier maxBytes) {
    declareReads(c, maxBytes);
    declareWrites(c, maxBytes);
    declareFields(c, maxBytes);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.BITMAP)
        .acl(AclCategory.BITMAP)
        .complexity(complexity);
  }

  private static Arg readKey() {
    return key("key").at(1).access(RO, ACCESS);
  }

  private static Arg unit() {
    return oneOf("unit", token("BYTE"), token("BIT")).since("7.0.0").optional();
  }

  private static void declareReads(Declarations c, LongSupplier maxBytes) {
    command(c, "GETBIT", "2.2.0", "O(1)")
        .summary("Returns a bit value by offset.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(readKey(), integer("offset"))
        .replies(integerReply("The bit, 0 beyond the end of the string."))
        .handler(call -> BitReads.getbit(call, maxBytes));
    command(c, "BITCOUNT", "2.6.0", "O(N)")
        .summary("Counts the number of set bits (population counting) in a string.")
        .history("7.0.0", "Added the `BYTE|BIT` option.")
        .arity(-2)
        .flags(READONLY)
        .args(readKey(), block("range", integer("start"), integer("end"), unit()).optional())
        .replies(integerReply("The number of bits set."))
        .handler(BitReads::bitcount);
    command(c, "BITPOS", "2.8.7", "O(N)")
        .summary("Finds the first set (1) or clear (0) bit in a string.")
        .history("7.0.0", "Added the `BYTE|BIT` option.")
        .arity(-3)
        .flags(READONLY)
        .args(
            readKey(),
            integer("bit"),
            block(
                    "range",
                    integer("start"),
                    block("end-unit-block", integer("end"), unit()).optional())
                .optional())
        .replies(integerReply("The position of the bit from the start of the string, or -1."))
        .handler(BitReads::bitpos);
  }

  private static void declareWrites(Declarations c, LongSupplier maxBytes) {
    command(c, "SETBIT", "2.2.0", "O(1)")
        .summary(
            "Sets or clears the bit at offset of the string value. Creates the key if it doesn't"
                + " exist.")
        .arity(4)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), integer("offset"), integer("value"))
        .replies(integerReply("The bit before."))
        .handler(call -> BitWrites.setbit(call, maxBytes));
    command(c, "BITOP", "2.6.0", "O(N)")
        .summary("Performs bitwise operations on multiple strings, and stores the result.")
        .history("8.2.0", "Added the `DIFF`, `DIFF1`, `ANDOR` and `ONE` operations.")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .args(
            oneOf(
                "operation",
                token("AND"),
                token("OR"),
                token("XOR"),
                token("NOT"),
                token("DIFF").since("8.2.0"),
                token("DIFF1").since("8.2.0"),
                token("ANDOR").since("8.2.0"),
                token("ONE").since("8.2.0")),
            key("destkey").at(2).access(OW, UPDATE),
            key("key").at(3).access(RO, ACCESS).multiple())
        .replies(integerReply("The length of the result: that of the longest source."))
        .handler(BitopCommand::bitop);
  }

  private static void declareFields(Declarations c, LongSupplier maxBytes) {
    BitFields fields = new BitFields(maxBytes);
    Arg get = block("get-block", string("encoding"), integer("offset")).tokenIs("GET");
    Arg overflow =
        oneOf("overflow-block", token("WRAP"), token("SAT"), token("FAIL"))
            .tokenIs("OVERFLOW")
            .optional();
    Arg set =
        block("set-block", string("encoding"), integer("offset"), integer("value")).tokenIs("SET");
    Arg increment =
        block("incrby-block", string("encoding"), integer("offset"), integer("increment"))
            .tokenIs("INCRBY");
    command(c, "BITFIELD", "3.2.0", "O(1) for each subcommand specified")
        .summary("Performs arbitrary bitfield integer operations on strings.")
        .arity(-2)
        .flags(WRITE, DENYOOM)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS, UPDATE, VARIABLE_FLAGS)
                .notes("This command allows both access and modification of the key"),
            oneOf(
                    "operation",
                    get,
                    block("write", overflow, oneOf("write-operation", set, increment)))
                .optional()
                .multiple())
        .replies(array("One integer an operation; null where an overflow failed."))
        .keyFinder(BitFields::keys)
        .handler(fields::bitfield);
    command(c, "BITFIELD_RO", "6.0.0", "O(1) for each subcommand specified")
        .summary("Performs arbitrary read-only bitfield integer operations on strings.")
        .arity(-2)
        .flags(READONLY, FAST)
        .args(
            readKey(),
            block("get-block", string("encoding"), integer("offset"))
                .tokenIs("GET")
                .optional()
                .multipleWithToken())
        .replies(array("One integer an operation."))
        .handler(fields::bitfieldRo);
  }
}
