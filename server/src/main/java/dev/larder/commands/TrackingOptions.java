package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.Tracking;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of CLIENT TRACKING. */
final class TrackingOptions {
  private static final byte[] ON = keyword("on");
  private static final byte[] OFF = keyword("off");
  private static final byte[] REDIRECT = keyword("redirect");
  private static final byte[] PREFIX = keyword("prefix");
  private static final byte[] BCAST = keyword("bcast");
  private static final byte[] OPTIN = keyword("optin");
  private static final byte[] OPTOUT = keyword("optout");
  private static final byte[] NOLOOP = keyword("noloop");

  private static final int FIRST = 3;
  private static final int EITHER = Tracking.OPT_IN | Tracking.OPT_OUT;

  private static final ErrorReply TWO_TARGETS =
      ErrorReply.of("ERR A client can only redirect to a single other client");
  private static final ErrorReply NO_TARGET =
      ErrorReply.of("ERR The client ID you want redirect to does not exist");
  private static final ErrorReply PREFIX_WITHOUT_BCAST =
      ErrorReply.of("ERR PREFIX option requires BCAST mode to be enabled");
  private static final ErrorReply BCAST_SWITCHED = switched("BCAST mode on/off");
  private static final ErrorReply CHOICE_SWITCHED = switched("OPTIN/OPTOUT mode");
  private static final ErrorReply CHOICE_WITH_BCAST =
      ErrorReply.of("ERR OPTIN and OPTOUT are not compatible with BCAST");
  private static final ErrorReply BOTH_CHOICES =
      ErrorReply.of("ERR You can't specify both OPTIN mode and OPTOUT mode");

  private final boolean isOn;
  private final List<byte[]> prefixes = new ArrayList<>();
  private int bits;
  private @Nullable Session redirected;

  private static ErrorReply switched(String mode) {
    return ErrorReply.of(
        "ERR You can't switch "
            + mode
            + " before disabling tracking for this client, and then re-enabling it with a"
            + " different mode.");
  }

  /**
   * Reads the arguments.
   *
   * @throws CommandException if they are wrong in themselves
   */
  TrackingOptions(Call call, Sessions sessions) throws CommandException {
    int i = FIRST;
    while (i < call.argCount()) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, REDIRECT)) {
        redirect(call.argLong(i + 1), sessions);
        i += 2;
      } else if (hasValue && call.argIs(i, PREFIX)) {
        prefixes.add(call.argBytes(i + 1));
        i += 2;
      } else {
        bits |= bit(call, i);
        i++;
      }
    }
    isOn = call.argIs(2, ON);
    if (!isOn && !call.argIs(2, OFF)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
  }

  private void redirect(long id, Sessions sessions) throws CommandException {
    if (redirected != null) {
      throw new CommandException(TWO_TARGETS);
    }
    redirected = sessions.find(id);
    if (redirected == null) {
      throw new CommandException(NO_TARGET);
    }
  }

  private static int bit(Call call, int arg) throws CommandException {
    if (call.argIs(arg, BCAST)) {
      return Tracking.BROADCAST;
    }
    if (call.argIs(arg, OPTIN)) {
      return Tracking.OPT_IN;
    }
    if (call.argIs(arg, OPTOUT)) {
      return Tracking.OPT_OUT;
    }
    if (call.argIs(arg, NOLOOP)) {
      return Tracking.NO_LOOP;
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  boolean isOn() {
    return isOn;
  }

  /** Options of {@link Tracking}. */
  int bits() {
    return bits;
  }

  /** The client that is told instead, null for none. */
  @Nullable Session redirected() {
    return redirected;
  }

  /** The prefixes that are added: one that all keys have, if none was named. */
  List<byte[]> prefixes() {
    return prefixes.isEmpty() ? List.of(new byte[0]) : prefixes;
  }

  /**
   * Checks that the options go together, and with those that the client has.
   *
   * @param current null if it has none
   */
  void check(@Nullable Tracking current) throws CommandException {
    boolean isBroadcast = (bits & Tracking.BROADCAST) != 0;
    Tracking before = current != null && current.isOn() ? current : null;
    if (!isBroadcast && !prefixes.isEmpty()) {
      throw new CommandException(PREFIX_WITHOUT_BCAST);
    }
    if (before != null && before.has(Tracking.BROADCAST) != isBroadcast) {
      throw new CommandException(BCAST_SWITCHED);
    }
    if (isBroadcast && (bits & EITHER) != 0) {
      throw new CommandException(CHOICE_WITH_BCAST);
    }
    if ((bits & EITHER) == EITHER) {
      throw new CommandException(BOTH_CHOICES);
    }
    if (before != null && (bits & EITHER) != 0 && before.has(EITHER & ~bits)) {
      throw new CommandException(CHOICE_SWITCHED);
    }
    if (isBroadcast) {
      checkPrefixes(before == null ? List.of() : before.prefixes());
    }
  }

  private void checkPrefixes(List<byte[]> known) throws CommandException {
    for (int i = 0; i < prefixes.size(); i++) {
      for (byte[] other : known) {
        checkOverlap(prefixes.get(i), other, "an existing prefix");
      }
      for (int j = i + 1; j < prefixes.size(); j++) {
        checkOverlap(prefixes.get(i), prefixes.get(j), "another provided prefix");
      }
    }
  }

  private static void checkOverlap(byte[] added, byte[] other, String which)
      throws CommandException {
    int common = Math.min(added.length, other.length);
    for (int i = 0; i < common; i++) {
      if (added[i] != other[i]) {
        return;
      }
    }
    throw new CommandException(
        "ERR Prefix '"
            + new String(added, ISO_8859_1)
            + "' overlaps with "
            + which
            + " '"
            + new String(other, ISO_8859_1)
            + "'. Prefixes for a single client must not overlap.");
  }
}
