package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.BLOCKING;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Lists: what the commands are. How they work is in the classes that the handlers name. */
public final class ListCommands {
  private static final String PUSH_COMPLEXITY =
      "O(1) for each element added, so O(N) to add N elements when the command is called with"
          + " multiple arguments.";

  private ListCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    declareReads(c);
    declarePushes(c);
    declarePops(c);
    declareEdits(c);
    declareMoves(c);
    declareBlocking(c);
    declareBlockingMoves(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.LIST)
        .acl(AclCategory.LIST)
        .complexity(complexity);
  }

  private static Arg readKey() {
    return key("key").at(1).access(RO, ACCESS);
  }

  private static Arg pushKey() {
    return key("key").at(1).access(RW, INSERT);
  }

  private static Arg source() {
    return key("source").at(1).access(RW, ACCESS, DELETE);
  }

  private static Arg destination() {
    return key("destination").at(2).access(RW, INSERT);
  }

  private static Arg end(String name) {
    return oneOf(name, token("LEFT"), token("RIGHT"));
  }

  private static Arg[] moveArgs(Arg... more) {
    Arg[] args = new Arg[4 + more.length];
    args[0] = source();
    args[1] = destination();
    args[2] = end("wherefrom");
    args[3] = end("whereto");
    System.arraycopy(more, 0, args, 4, more.length);
    return args;
  }

  private static Arg howMany() {
    return block(
            "how-many",
            oneOf(
                "selector",
                integer("count").tokenIs("COUNT"),
                integer("exactly").tokenIs("EXACTLY")),
            oneOf("ordering", token("OBO"), token("BULK")))
        .optional();
  }

  /** To pop from the first of some lists, whose number is this argument. */
  private static Arg[] fromFirst(int numkeys) {
    return new Arg[] {
      integer("numkeys"),
      key("key").at(numkeys).count(0, 1, 1).access(RW, ACCESS, DELETE).multiple(),
      end("where"),
      integer("count").tokenIs("COUNT").optional()
    };
  }

  private static void declareReads(Declarations c) {
    command(c, "LLEN", "1.0.0", "O(1)")
        .summary("Returns the length of a list.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The length, 0 when there is no such key."))
        .handler(ListReads::llen);
    command(
            c,
            "LINDEX",
            "1.0.0",
            "O(N) where N is the number of elements to traverse to get to the element at index."
                + " This makes asking for the first or the last element of the list O(1).")
        .summary("Returns an element from a list by its index.")
        .arity(3)
        .flags(READONLY)
        .args(readKey(), integer("index"))
        .replies(bulk("The element."), nil("There is no such index."))
        .handler(ListReads::lindex);
    command(
            c,
            "LRANGE",
            "1.0.0",
            "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest"
                + " end (HEAD or TAIL) for large lists; and N is the number of elements in the"
                + " specified range.")
        .summary("Returns a range of elements from a list.")
        .arity(4)
        .flags(READONLY)
        .args(readKey(), integer("start"), integer("stop"))
        .replies(array("The elements."))
        .handler(ListReads::lrange);
    command(
            c,
            "LPOS",
            "6.0.6",
            "O(N) where N is the number of elements in the list, for the average case. When"
                + " searching for elements near the head or the tail of the list, or when the"
                + " MAXLEN option is provided, the command may run in constant time.")
        .summary("Returns the index of matching elements in a list.")
        .arity(-3)
        .flags(READONLY)
        .args(
            readKey(),
            string("element"),
            integer("rank").tokenIs("RANK").optional(),
            integer("num-matches").tokenIs("COUNT").optional(),
            integer("len").tokenIs("MAXLEN").optional())
        .replies(
            integerReply("The index of a match."),
            nil("Without COUNT: nothing matches."),
            array("With COUNT: the indexes."))
        .handler(ListReads::lpos);
  }

  private static void declarePushes(Declarations c) {
    push(c, "LPUSH", "1.0.0")
        .summary("Prepends one or more elements to a list. Creates the key if it doesn't exist.")
        .history("2.4.0", "Accepts multiple `element` arguments.")
        .handler(call -> ListWrites.push(call, true, true));
    push(c, "RPUSH", "1.0.0")
        .summary("Appends one or more elements to a list. Creates the key if it doesn't exist.")
        .history("2.4.0", "Accepts multiple `element` arguments.")
        .handler(call -> ListWrites.push(call, false, true));
    push(c, "LPUSHX", "2.2.0")
        .summary("Prepends one or more elements to a list only when the list exists.")
        .history("4.0.0", "Accepts multiple `element` arguments.")
        .handler(call -> ListWrites.push(call, true, false));
    push(c, "RPUSHX", "2.2.0")
        .summary("Appends one or more elements to a list only when the list exists.")
        .history("4.0.0", "Accepts multiple `element` arguments.")
        .handler(call -> ListWrites.push(call, false, false));
  }

  private static CommandBuilder push(Declarations c, String name, String since) {
    return command(c, name, since, PUSH_COMPLEXITY)
        .arity(-3)
        .flags(WRITE, DENYOOM, FAST)
        .args(pushKey(), string("element").multiple())
        .replies(integerReply("The length of the list now."));
  }

  private static void declarePops(Declarations c) {
    pop(c, "LPOP")
        .summary(
            "Returns and removes one or more elements from the beginning of a list. Deletes the"
                + " list if the last element was popped.")
        .handler(call -> ListWrites.pop(call, true));
    pop(c, "RPOP")
        .summary(
            "Returns and removes one or more elements from the end of a list. Deletes the list if"
                + " the last element was popped.")
        .handler(call -> ListWrites.pop(call, false));
    command(
            c,
            "LMPOP",
            "7.0.0",
            "O(N+M) where N is the number of provided keys and M is the number of elements"
                + " returned.")
        .summary(
            "Returns multiple elements from a list after removing them. Deletes the list if the"
                + " last element was popped.")
        .arity(-4)
        .flags(WRITE)
        .args(fromFirst(1))
        .replies(array("The key and the elements."), nil("All lists are empty."))
        .handler(ListMoves::lmpop);
  }

  private static CommandBuilder pop(Declarations c, String name) {
    return command(c, name, "1.0.0", "O(N) where N is the number of elements returned")
        .history("6.2.0", "Added the `count` argument.")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, ACCESS, DELETE), integer("count").since("6.2.0").optional())
        .replies(
            nil("There is no such key."),
            bulk("Without count: the element."),
            array("With count: the elements."));
  }

  private static void declareEdits(Declarations c) {
    command(
            c,
            "LSET",
            "1.0.0",
            "O(N) where N is the length of the list. Setting either the first or the last element"
                + " of the list is O(1).")
        .summary("Sets the value of an element in a list by its index.")
        .arity(4)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(1).access(RW, UPDATE), integer("index"), string("element"))
        .replies(ok())
        .handler(ListWrites::lset);
    command(
            c,
            "LINSERT",
            "2.2.0",
            "O(N) where N is the number of elements to traverse before seeing the value pivot."
                + " This means that inserting somewhere on the left end on the list (head) can be"
                + " considered O(1) and inserting somewhere on the right end (tail) is O(N).")
        .summary("Inserts an element before or after another element in a list.")
        .arity(5)
        .flags(WRITE, DENYOOM)
        .args(
            pushKey(),
            oneOf("where", token("BEFORE"), token("AFTER")),
            string("pivot"),
            string("element"))
        .replies(
            integerReply("The length of the list now, 0 for no such key, -1 for no such pivot."))
        .handler(ListWrites::linsert);
    command(
            c,
            "LREM",
            "1.0.0",
            "O(N+M) where N is the length of the list and M is the number of elements removed.")
        .summary("Removes elements from a list. Deletes the list if the last element was removed.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), integer("count"), string("element"))
        .replies(integerReply("The number of elements removed."))
        .handler(ListWrites::lrem);
    command(
            c,
            "LTRIM",
            "1.0.0",
            "O(N) where N is the number of elements to be removed by the operation.")
        .summary(
            "Removes elements from both ends a list. Deletes the list if all elements were"
                + " trimmed.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), integer("start"), integer("stop"))
        .replies(ok())
        .handler(ListWrites::ltrim);
  }

  private static void declareMoves(Declarations c) {
    command(c, "RPOPLPUSH", "1.2.0", "O(1)")
        .summary(
            "Returns the last element of a list after removing and pushing it to another list."
                + " Deletes the list if the last element was popped.")
        .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
        .arity(3)
        .flags(WRITE, DENYOOM)
        .args(source(), destination())
        .replies(bulk("The element."), nil("The source is empty."))
        .handler(ListMoves::rpoplpush);
    command(c, "LMOVE", "6.2.0", "O(1)")
        .summary(
            "Returns an element after popping it from one list and pushing it to another. Deletes"
                + " the list if the last element was moved.")
        .arity(5)
        .flags(WRITE, DENYOOM)
        .args(moveArgs())
        .replies(bulk("The element."), nil("The source is empty."))
        .handler(ListMoves::lmove);
    command(c, "LMOVEM", "8.10.0", "O(N) where N is the number of elements moved.")
        .summary(
            "Moves up to (or exactly) a number of elements from one list to another and returns"
                + " them. Deletes the source list if it becomes empty.")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(moveArgs(howMany()))
        .replies(
            array("The elements, in the order of the destination."),
            nil("With EXACTLY: there were not enough."))
        .handler(ListBlockMoves::lmovem);
  }

  private static void declareBlocking(Declarations c) {
    blockingPop(c, "BLPOP")
        .summary(
            "Removes and returns the first element in a list. Blocks until an element is available"
                + " otherwise. Deletes the list if the last element was popped.")
        .handler(call -> ListMoves.popOrBlock(call, true));
    blockingPop(c, "BRPOP")
        .summary(
            "Removes and returns the last element in a list. Blocks until an element is available"
                + " otherwise. Deletes the list if the last element was popped.")
        .handler(call -> ListMoves.popOrBlock(call, false));
    command(
            c,
            "BLMPOP",
            "7.0.0",
            "O(N+M) where N is the number of provided keys and M is the number of elements"
                + " returned.")
        .summary(
            "Pops the first element from one of multiple lists. Blocks until an element is"
                + " available otherwise. Deletes the list if the last element was popped.")
        .arity(-5)
        .flags(WRITE, BLOCKING)
        .args(doubleArg("timeout"))
        .args(fromFirst(2))
        .replies(array("The key and the elements."), nil("The timeout."))
        .handler(ListMoves::blmpop);
  }

  private static CommandBuilder blockingPop(Declarations c, String name) {
    return command(c, name, "2.0.0", "O(N) where N is the number of provided keys.")
        .history("6.0.0", "`timeout` is interpreted as a double instead of an integer.")
        .arity(-3)
        .flags(WRITE, NOSCRIPT, BLOCKING)
        .args(
            key("key").at(1).multiple().range(-2, 1, 0).access(RW, ACCESS, DELETE),
            doubleArg("timeout"))
        .replies(array("The key and the element."), nil("The timeout."));
  }

  private static void declareBlockingMoves(Declarations c) {
    command(c, "BRPOPLPUSH", "2.2.0", "O(1)")
        .summary(
            "Pops an element from a list, pushes it to another list and returns it. Block until an"
                + " element is available otherwise. Deletes the list if the last element was"
                + " popped.")
        .history("6.0.0", "`timeout` is interpreted as a double instead of an integer.")
        .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
        .arity(4)
        .flags(WRITE, DENYOOM, NOSCRIPT, BLOCKING)
        .args(source(), destination(), doubleArg("timeout"))
        .replies(bulk("The element."), nil("The timeout."))
        .handler(ListMoves::brpoplpush);
    command(c, "BLMOVE", "6.2.0", "O(1)")
        .summary(
            "Pops an element from a list, pushes it to another list and returns it. Blocks until"
                + " an element is available otherwise. Deletes the list if the last element was"
                + " moved.")
        .arity(6)
        .flags(WRITE, DENYOOM, NOSCRIPT, BLOCKING)
        .args(moveArgs(doubleArg("timeout")))
        .replies(bulk("The element."), nil("The timeout."))
        .handler(ListMoves::blmove);
    command(c, "BLMOVEM", "8.10.0", "O(N) where N is the number of elements moved.")
        .summary(
            "Moves up to (or exactly) a number of elements from one list to another and returns"
                + " them. Blocks until the elements are available otherwise. Deletes the source"
                + " list if it becomes empty.")
        .arity(-6)
        .flags(WRITE, DENYOOM, BLOCKING)
        .args(moveArgs(doubleArg("timeout"), howMany()))
        .replies(array("The elements, in the order of the destination."), nil("The timeout."))
        .handler(ListBlockMoves::blmovem);
  }
}
