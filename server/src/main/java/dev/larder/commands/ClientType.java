package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.session.Session;
import java.util.Locale;

/** A type of clients that CLIENT LIST and CLIENT KILL know. */
enum ClientType {
  /** Whoever is connected. */
  ANY,
  NORMAL,
  SUBSCRIBER,
  /** Of replication: there are none. */
  REPLICATION;

  /**
   * The type of this name.
   *
   * @throws CommandException if there is none
   */
  static ClientType parse(String name) throws CommandException {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "normal" -> NORMAL;
      case "pubsub" -> SUBSCRIBER;
      case "master", "replica", "slave" -> REPLICATION;
      default -> throw new CommandException("ERR Unknown client type '" + name + "'");
    };
  }

  boolean includes(Session session) {
    return switch (this) {
      case ANY -> true;
      case NORMAL -> !session.isSubscribed();
      case SUBSCRIBER -> session.isSubscribed();
      case REPLICATION -> false;
    };
  }
}
