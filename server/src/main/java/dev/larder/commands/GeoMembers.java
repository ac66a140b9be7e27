package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SortedSetValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Commands on single points, and how points are read from arguments and replied. */
final class GeoMembers {
  private static final byte[] NX = keyword("nx");
  private static final byte[] XX = keyword("xx");
  private static final byte[] CH = keyword("ch");
  private static final byte[] M = keyword("m");
  private static final byte[] KM = keyword("km");
  private static final byte[] FT = keyword("ft");
  private static final byte[] MI = keyword("mi");

  private static final ErrorReply UNIT =
      ErrorReply.of("ERR unsupported unit provided. please use M, KM, FT, MI");

  /** Distances are replied in ten-thousandths of their unit. */
  private static final int FRACTION = 10_000;

  private static final int FRACTION_DIGITS = 4;

  private GeoMembers() {}

  /** How many metres the unit has that an argument names. */
  static double metres(Call call, int arg) throws CommandException {
    if (call.argIs(arg, M)) {
      return 1;
    }
    if (call.argIs(arg, KM)) {
      return 1000;
    }
    if (call.argIs(arg, FT)) {
      return 0.3048;
    }
    if (call.argIs(arg, MI)) {
      return 1609.34;
    }
    throw new CommandException(UNIT);
  }

  static void checkPoint(double longitude, double latitude) throws CommandException {
    if (!GeoHash.isOnMap(longitude, latitude)) {
      throw new CommandException(
          ErrorReply.of(
              "ERR invalid longitude,latitude pair " + text(longitude) + ',' + text(latitude)));
    }
  }

  /** A number with six decimals, all digits before them exact. */
  private static String text(double number) {
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    String text = new BigDecimal(number).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    boolean hasLostSign = text.charAt(0) != '-' && Math.copySign(1, number) < 0;
    return hasLostSign ? '-' + text : text;
  }

  static void geoadd(Call call) throws CommandException {
    int options = 0;
    int first = 2;
    for (int option; first < call.argCount() && (option = option(call, first)) != 0; first++) {
      options |= option;
    }
    int both = SortedSetWrites.NX | SortedSetWrites.XX;
    if ((call.argCount() - first) % 3 != 0 || (options & both) == both) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    for (int i = first; i < call.argCount(); i += 3) {
      checkPoint(call.argDouble(i), call.argDouble(i + 1));
    }
    SortedSetValue set = SortedSetReads.viewToWrite(call, 1);
    call.requireRoom(set, first);
    int points = (call.argCount() - first) / 3;
    if (points > 1 && (options & SortedSetWrites.XX) == 0) {
      set.expect(points, 0);
    }
    long added = 0;
    long changed = 0;
    for (int i = first; i < call.argCount(); i += 3) {
      call.ahead().member(set, first + 2, i + 2, 3);
      double score = GeoHash.encode(call.argDouble(i), call.argDouble(i + 1));
      long member = call.argAddress(i + 2);
      switch (SortedSetWrites.put(set, member, call.argLength(i + 2), score, options)) {
        case ADDED -> added++;
        case CHANGED -> changed++;
        case UNTOUCHED, SAME -> {}
      }
    }
    if (added + changed > 0) {
      call.event(KeyEvent.ZADD, 1);
    }
    call.reply().integer((options & SortedSetWrites.CH) != 0 ? added + changed : added);
  }

  private static int option(Call call, int arg) {
    return call.argIs(arg, NX)
        ? SortedSetWrites.NX
        : call.argIs(arg, XX) ? SortedSetWrites.XX : call.argIs(arg, CH) ? SortedSetWrites.CH : 0;
  }

  static void geodist(Call call) throws CommandException {
    if (call.argCount() > 5) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    double metres = call.argCount() == 5 ? metres(call, 4) : 1;
    SortedSetValue set = SortedSetReads.view(call, 1);
    if (!find(call, set, 2)) {
      call.reply().nil();
      return;
    }
    long hash = GeoHash.ofScore(set.score());
    if (!find(call, set, 3)) {
      call.reply().nil();
      return;
    }
    long other = GeoHash.ofScore(set.score());
    distance(
        call.reply(),
        GeoHash.distance(
                GeoHash.longitude(hash),
                GeoHash.latitude(hash),
                GeoHash.longitude(other),
                GeoHash.latitude(other))
            / metres);
  }

  private static boolean find(Call call, SortedSetValue set, int arg) {
    return set.find(call.argAddress(arg), call.argLength(arg));
  }

  /** Replies with a distance, rounded to four decimals. */
  static void distance(ReplyWriter out, double distance) {
    long rounded = (long) Math.rint(distance * FRACTION);
    byte[] digits = new byte[32];
    int at = digits.length;
    for (int i = 0; i < FRACTION_DIGITS; i++) {
      digits[--at] = (byte) ('0' + rounded % 10);
      rounded /= 10;
    }
    digits[--at] = '.';
    do {
      digits[--at] = (byte) ('0' + rounded % 10);
      rounded /= 10;
    } while (rounded > 0);
    out.bulk(digits, at, digits.length - at);
  }

  /** Replies with the point of a hash. */
  static void point(ReplyWriter out, long hash) {
    out.array(2);
    out.doubleValue(GeoHash.longitude(hash));
    out.doubleValue(GeoHash.latitude(hash));
  }

  static void geopos(Call call) throws CommandException {
    SortedSetValue set = SortedSetReads.view(call, 1);
    call.reply().array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      if (find(call, set, i)) {
        point(call.reply(), GeoHash.ofScore(set.score()));
      } else {
        call.reply().nilArray();
      }
    }
  }

  static void geohash(Call call) throws CommandException {
    SortedSetValue set = SortedSetReads.view(call, 1);
    byte[] text = new byte[GeoHash.TEXT_LENGTH];
    call.reply().array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      if (find(call, set, i)) {
        long hash = GeoHash.ofScore(set.score());
        GeoHash.writeText(GeoHash.longitude(hash), GeoHash.latitude(hash), text);
        call.reply().bulk(text);
      } else {
        call.reply().nil();
      }
    }
  }
}
