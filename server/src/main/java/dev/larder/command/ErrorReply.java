package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * An error reply, encoded once. The constants are the errors that several groups of commands share;
 * a group declares its own beside its handlers. Texts hold one char per byte (ISO-8859-1), so that
 * bytes from a client can be quoted in them without loss.
 */
public final class ErrorReply {

  public static final ErrorReply SYNTAX = of("ERR syntax error");
  public static final ErrorReply WRONG_TYPE =
      of("WRONGTYPE Operation against a key holding the wrong kind of value");
  public static final ErrorReply NOT_AN_INTEGER = of("ERR value is not an integer or out of range");
  public static final ErrorReply NOT_A_FLOAT = of("ERR value is not a valid float");
  public static final ErrorReply MUST_BE_POSITIVE =
      of("ERR value is out of range, must be positive");
  public static final ErrorReply OVERFLOW = of("ERR increment or decrement would overflow");
  public static final ErrorReply NAN_OR_INFINITY =
      of("ERR increment would produce NaN or Infinity");
  public static final ErrorReply NO_SUCH_KEY = of("ERR no such key");
  public static final ErrorReply OUT_OF_RANGE = of("ERR index out of range");
  public static final ErrorReply DB_INDEX_OUT_OF_RANGE = of("ERR DB index is out of range");
  public static final ErrorReply SAME_OBJECT =
      of("ERR source and destination objects are the same");
  public static final ErrorReply STRING_TOO_LONG =
      of("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  public static final ErrorReply OUT_OF_MEMORY =
      of("OOM command not allowed when used memory > 'maxmemory'.");
  public static final ErrorReply NO_AUTH = of("NOAUTH Authentication required.");
  public static final ErrorReply WRONG_PASSWORD =
      of("WRONGPASS invalid username-password pair or user is disabled.");
  public static final ErrorReply LOADING = of("LOADING Redis is loading the dataset in memory");
  public static final ErrorReply CANNOT_SAVE =
      of(
          "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist"
              + " to disk. Commands that may modify the data set are disabled, because this"
              + " instance is configured to report errors during writes if RDB snapshotting fails"
              + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details"
              + " about the RDB error.");
  public static final ErrorReply BUSY =
      of("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");
  public static final ErrorReply BUSY_FUNCTION =
      of(
          "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN"
              + " NOSAVE.");
  public static final ErrorReply UNBLOCKED = of("UNBLOCKED client unblocked via CLIENT UNBLOCK");
  public static final ErrorReply MAX_CLIENTS = of("ERR max number of clients reached");

  private static final String NO_CODE = "ERR";
  private static final int CODE_LENGTH_MAX = 30;

  private final String text;
  private final byte[] encoded;

  private ErrorReply(String text) {
    this.text = text;
    this.encoded = ("-" + text + "\r\n").getBytes(ISO_8859_1);
  }

  /**
   * An error of this text.
   *
   * @param text code and message, without the leading {@code -}; line breaks become spaces, those
   *     at the end go
   */
  public static ErrorReply of(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\r' || text.charAt(end - 1) == '\n')) {
      end--;
    }
    return new ErrorReply(text.substring(0, end).replace('\r', ' ').replace('\n', ' '));
  }

  public String text() {
    return text;
  }

  /**
   * The first word, by which INFO counts errors: {@code ERR}, {@code WRONGTYPE} and so on. A text
   * of one word, or with a long one in front, counts as {@code ERR}.
   */
  public String code() {
    int space = text.indexOf(' ');
    return space <= 0 || space > CODE_LENGTH_MAX ? NO_CODE : text.substring(0, space);
  }

  /** The whole reply with marker and line end; callers must not change it. */
  public byte[] encoded() {
    return encoded;
  }

  @Override
  public String toString() {
    return text;
  }
}
