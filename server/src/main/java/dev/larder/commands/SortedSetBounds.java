package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Numbers;
import dev.larder.storage.Bytes;
import dev.larder.storage.MemberBound;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The bounds of ranges in sorted sets, as arguments. */
final class SortedSetBounds {
  private static final ErrorReply NOT_A_SCORE = ErrorReply.of("ERR min or max is not a float");
  private static final ErrorReply NOT_A_MEMBER =
      ErrorReply.of("ERR min or max not valid string range item");

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private SortedSetBounds() {}

  /** Whether a bound is not part of its range. */
  static boolean isExclusive(Call call, int arg) {
    return call.argLength(arg) > 0 && Bytes.getByte(call.argAddress(arg)) == '(';
  }

  /** A bound of scores. */
  static double score(Call call, int arg) throws CommandException {
    int start = isExclusive(call, arg) ? 1 : 0;
    long address = call.argAddress(arg) + start;
    int length = call.argLength(arg) - start;
    double score = Numbers.parseDouble(address, length);
    return Double.isNaN(score) ? lenient(address, length) : score;
  }

  /**
   * What C's strtod makes of other text: it takes nothing for 0, passes over spaces, ends at a NUL,
   * and rounds what is too large or too small.
   */
  private static double lenient(long address, int length) throws CommandException {
    String text = new String(Bytes.toArray(address, length), StandardCharsets.ISO_8859_1);
    int nul = text.indexOf('\0');
    String read = nul < 0 ? text : text.substring(0, nul);
    if (read.isEmpty()) {
      return 0;
    }
    int start = 0;
    while (start < read.length()
        && (read.charAt(start) == ' '
            || (read.charAt(start) >= '\t' && read.charAt(start) <= '\r'))) {
      start++;
    }
    double score = Numbers.parseDouble(address + start, read.length() - start);
    if (Double.isNaN(score)) {
      if (!DECIMAL.matcher(read.substring(start)).matches()) {
        throw new CommandException(NOT_A_SCORE);
      }
      score = Double.parseDouble(read.substring(start));
    }
    return score;
  }

  /** What kind of bound of members an argument is; its bytes follow the first one. */
  static MemberBound member(Call call, int arg) throws CommandException {
    int length = call.argLength(arg);
    int first = length == 0 ? 0 : Bytes.getByte(call.argAddress(arg));
    if (first == '(' || first == '[') {
      return first == '[' ? MemberBound.INCLUDED : MemberBound.EXCLUDED;
    }
    boolean isAlone = length == 1 || (length > 1 && Bytes.getByte(call.argAddress(arg) + 1) == 0);
    if (isAlone && (first == '-' || first == '+')) {
      return first == '-' ? MemberBound.LEAST : MemberBound.GREATEST;
    }
    throw new CommandException(NOT_A_MEMBER);
  }
}
