package dev.larder.dispatch;

import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.AofProgress;
import dev.larder.push.Outbox;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.ClientModes;
import dev.larder.session.Session;
import dev.larder.session.Tracking;
import dev.larder.storage.Unit;
import dev.larder.tracking.LoopTracking;
import io.netty.buffer.ByteBuf;

/** What happens to the replies of one loop's commands: counted if they are errors, and sent. */
@HotPath
final class Replies {
  /** Replies are sent in pieces of about this size. */
  private static final int PIECE_BYTES = 64 * 1024;

  private static final int NONE = -1;

  private static final ErrorReply BUG = ErrorReply.of("ERR internal error");

  private final LoopContext loop;
  private final AofProgress aof;
  private final Unit unit;
  private final ReplyWriter writer;
  private final Outbox outbox;
  private final LoopTracking tracking;

  /** Where the reply begins that a client does not want, {@link #NONE} if it wants it. */
  private int mutedFrom = NONE;

  Replies(LoopContext loop) {
    this.loop = loop;
    this.aof = loop.serverStats().aof();
    this.unit = loop.unit();
    this.writer = loop.reply();
    this.outbox = loop.outbox();
    this.tracking = loop.tracking();
  }

  /** What has been done and seen may be shown when it is durable, by replies and by messages. */
  void showLater(Client client) {
    if (unit.done() != 0) {
      client.session().lastEffect(unit.done());
    }
    long shown = aof.holdsReplies() ? client.holdUntilDurable(unit.seen()) : 0;
    if (tracking.hasBroadcasts()) {
      tracking.shows(shown);
    }
    outbox.post(shown);
  }

  /** As {@link #showLater}, of what somebody else's unit has done for the client. */
  void showLater(Client client, long seen) {
    if (aof.holdsReplies()) {
      client.holdUntilDurable(seen);
    }
    Session session = client.session();
    session.lastEffect(Math.max(session.lastEffect(), seen));
  }

  /** A command of this session begins to be answered, or goes on with it. */
  void begin(Session session) {
    ClientModes modes = session.modes();
    mutedFrom = modes.mayMute() && modes.isMuted() ? writer.mark() : NONE;
  }

  /** As {@link #begin(Session)}, of this command: messages are no replies. */
  void begin(Session session, CommandSpec spec) {
    mutedFrom = NONE;
    if (session.modes().mayMute() && !spec.isSubscribing()) {
      begin(session);
    }
  }

  /** Forgets what has been replied so far to a client that does not want it. */
  void dropMuted(Session session) {
    if (mutedFrom != NONE && session.modes().isMuted()) {
      writer.rollback(mutedFrom);
    }
  }

  /** Appends a reply that was written elsewhere, unless the client does not want it. */
  void append(Client client, ByteBuf reply) {
    if (mutedFrom != NONE) {
      reply.release();
    } else {
      client.append(reply);
    }
  }

  /** Whether so much has been written that it is to be sent. */
  boolean isPieceFull() {
    return writer.mark() >= PIECE_BYTES;
  }

  /** Sends what has been replied so far; whether the peer reads. */
  boolean send(Client client) {
    showLater(client);
    return client.sendReplies();
  }

  /** A command is answered; what follows. */
  Outcome end(Client client) {
    dropMuted(client.session());
    return end(client, !isPieceFull() || send(client));
  }

  /** As {@link #end(Client)}, when it is known whether the peer reads. */
  Outcome end(Client client, boolean peerReads) {
    Session session = client.session();
    if (session.modes().mayMute()) {
      dropMuted(session);
      mutedFrom = NONE;
      session.modes().commandEnds();
    }
    boolean hears = session.isSubscribed();
    if (session.tracking() != null) {
      endException(session);
      hears |= tracking.takeToldAuthor();
    }
    if (session.isCloseAfterReply()) {
      return Outcome.CLOSE;
    }
    writer.protocol(session.protocol());
    if (hears && !hear(client)) {
      return Outcome.WAIT_FOR_MESSAGES;
    }
    if (outbox.isLarge()) {
      showLater(client);
    }
    return peerReads ? Outcome.DONE : Outcome.WAIT_FOR_PEER;
  }

  /**
   * What others have done, and know to be, comes before replies to what is asked later.
   *
   * @return false if the client has to wait for that
   */
  boolean hearFirst(Client client) {
    Session session = client.session();
    return (!session.isSubscribed() && session.tracking() == null)
        || outbox.deliverOwn(client.resumption());
  }

  /**
   * A client hears what it has published or changed before its next command is answered.
   *
   * @return false if the client has to wait for that
   */
  private boolean hear(Client client) {
    if (!outbox.isEmpty()) {
      showLater(client);
    }
    boolean heard = outbox.deliverOwn(client.resumption());
    client.endReply();
    return heard;
  }

  /** CLIENT CACHING holds for the next command, beside others of CLIENT, or a transaction. */
  private void endException(Session session) {
    Tracking asked = session.tracking();
    if (asked != null
        && asked.isCaching()
        && !session.isInTransaction()
        && !loop.call().spec().fullName().startsWith("client|")) {
      asked.caching(false);
    }
  }

  /** A command is not run. */
  void refuse(ErrorReply error) {
    loop.serverStats().errorReply(error.code());
    writer.raw(error.encoded());
  }

  /** A command that ran replies an error. */
  void fail(CommandSpec spec, ErrorReply error) {
    loop.countFailure(spec, error);
    writer.raw(error.encoded());
  }

  /** A command failed in a way that none may; or the system gives no memory for its reply. */
  void bug(CommandSpec spec, Throwable cause, int mark) {
    loop.noteFailure("the command " + spec, cause);
    writer.rollback(mark);
    if (cause instanceof OutOfMemoryError) {
      fail(spec, ErrorReply.OUT_OF_MEMORY);
    } else {
      refuse(BUG);
    }
  }
}
