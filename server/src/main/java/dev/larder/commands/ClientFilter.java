package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.acl.AclUsers;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.session.Session;
import dev.larder.session.User;
import org.jspecify.annotations.Nullable;

/** Which connections CLIENT KILL means: those that pass every condition given. */
final class ClientFilter {

  private static final byte[] ID = keyword("id");
  private static final byte[] MAXAGE = keyword("maxage");
  private static final byte[] TYPE = keyword("type");
  private static final byte[] ADDR = keyword("addr");
  private static final byte[] LADDR = keyword("laddr");
  private static final byte[] USER = keyword("user");
  private static final byte[] SKIPME = keyword("skipme");
  private static final byte[] YES = keyword("yes");
  private static final byte[] NO = keyword("no");
  private static final ErrorReply ID_RANGE =
      ErrorReply.of("ERR client-id should be greater than 0");
  private static final ErrorReply MAXAGE_FORM =
      ErrorReply.of("ERR maxage is not an integer or out of range");
  private static final ErrorReply MAXAGE_RANGE =
      ErrorReply.of("ERR maxage should be greater than 0");
  private static final long MILLIS_PER_SECOND = 1000;

  private long id;
  private long maxAgeSeconds;
  private ClientType type = ClientType.ANY;
  private boolean skipMe = true;
  private @Nullable String address;
  private @Nullable String localAddress;
  private @Nullable User user;

  private ClientFilter() {}

  /** CLIENT KILL ip:port, which may be the caller itself. */
  static ClientFilter byAddress(Call call) {
    ClientFilter filter = new ClientFilter();
    filter.address = call.argString(2);
    filter.skipMe = false;
    return filter;
  }

  /** CLIENT KILL with pairs of a condition and its value. */
  static ClientFilter parse(Call call, AclUsers users) throws CommandException {
    ClientFilter filter = new ClientFilter();
    for (int i = 2; i < call.argCount(); i += 2) {
      if (i + 1 == call.argCount()) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      filter.condition(call, i, users);
    }
    return filter;
  }

  private void condition(Call call, int i, AclUsers users) throws CommandException {
    int value = i + 1;
    if (call.argIs(i, ID)) {
      id = call.argLong(value, 1, Long.MAX_VALUE, ID_RANGE);
    } else if (call.argIs(i, MAXAGE)) {
      maxAgeSeconds = call.argLong(value, MAXAGE_FORM);
      if (maxAgeSeconds <= 0) {
        throw new CommandException(MAXAGE_RANGE);
      }
    } else if (call.argIs(i, TYPE)) {
      type = ClientType.parse(call.argString(value));
    } else if (call.argIs(i, ADDR)) {
      address = call.argString(value);
    } else if (call.argIs(i, LADDR)) {
      localAddress = call.argString(value);
    } else if (call.argIs(i, USER)) {
      user = users.find(call.argString(value));
      if (user == null) {
        throw new CommandException("ERR No such user '" + call.argQuoted(value) + "'");
      }
    } else if (call.argIs(i, SKIPME) && (call.argIs(value, YES) || call.argIs(value, NO))) {
      skipMe = call.argIs(value, YES);
    } else {
      throw new CommandException(ErrorReply.SYNTAX);
    }
  }

  boolean matches(Session session, Call call) {
    long ageMillis = call.nowMillis() - session.createdMillis();
    return type.includes(session)
        && (!skipMe || session != call.session())
        && (id == 0 || session.id() == id)
        && (address == null || address.equals(session.connection().remoteAddress()))
        && (localAddress == null || localAddress.equals(session.connection().localAddress()))
        && (user == null || user == session.user())
        && (maxAgeSeconds == 0 || ageMillis / MILLIS_PER_SECOND >= maxAgeSeconds);
  }
}
