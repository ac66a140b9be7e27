package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** What commands for consumers have in common. */
final class StreamConsumers {
  private StreamConsumers() {}

  /**
   * Points the stream view at the key in argument 1, and at the group that another argument names.
   *
   * @throws CommandException if there is no such group
   */
  static StreamGroup requireGroup(Call call, int groupArg) throws CommandException {
    if (!findGroup(call, groupArg)) {
      throw new CommandException(
          "NOGROUP No such key '"
              + call.argQuoted(1)
              + "' or consumer group '"
              + call.argQuoted(groupArg)
              + "'");
    }
    return call.views().stream().groups().group();
  }

  /** The same, telling whether there is such a group. */
  static boolean findGroup(Call call, int groupArg) throws CommandException {
    StreamValue stream = call.views().stream();
    call.point(stream, 1, call.find(1, ValueType.STREAM));
    return stream.groups().find(call.argAddress(groupArg), call.argLength(groupArg));
  }

  /**
   * The consumer of a key's group that an argument names, which is made if need be; it is seen now.
   */
  static int enter(Call call, int keyArg, StreamGroup group, int nameArg) {
    long name = call.argAddress(nameArg);
    int length = call.argLength(nameArg);
    int consumer = group.consumer(name, length);
    if (consumer == 0) {
      int created = group.createConsumer(name, length, call.wallMillis());
      call.event(KeyEvent.XGROUP_CREATECONSUMER, keyArg);
      return created;
    }
    group.seen(consumer, call.wallMillis());
    return consumer;
  }

  /** The count of deliveries after another one. */
  static long oneMore(long deliveries) {
    return deliveries == Long.MAX_VALUE ? deliveries : deliveries + 1;
  }
}
