package dev.larder.command;

/**
 * One possible reply of a command, for the generated reference.
 *
 * @param type the RESP3 type
 * @param meaning when the command answers so, or what it holds
 */
public record ReplySchema(Type type, String meaning) {

  /** RESP3 reply types, by the names of the specification. */
  public enum Type {
    SIMPLE_STRING("simple string"),
    BULK("bulk string"),
    INTEGER("integer"),
    DOUBLE("double"),
    BOOLEAN("boolean"),
    NULL("null"),
    ARRAY("array"),
    MAP("map"),
    SET("set"),
    VERBATIM("verbatim string"),
    ANY("any");

    private final String title;

    Type(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  public static ReplySchema ok() {
    return new ReplySchema(Type.SIMPLE_STRING, "`OK`.");
  }

  public static ReplySchema simple(String meaning) {
    return new ReplySchema(Type.SIMPLE_STRING, meaning);
  }

  public static ReplySchema bulk(String meaning) {
    return new ReplySchema(Type.BULK, meaning);
  }

  public static ReplySchema integerReply(String meaning) {
    return new ReplySchema(Type.INTEGER, meaning);
  }

  public static ReplySchema nil(String meaning) {
    return new ReplySchema(Type.NULL, meaning);
  }

  public static ReplySchema array(String meaning) {
    return new ReplySchema(Type.ARRAY, meaning);
  }

  public static ReplySchema map(String meaning) {
    return new ReplySchema(Type.MAP, meaning);
  }

  public static ReplySchema set(String meaning) {
    return new ReplySchema(Type.SET, meaning);
  }

  public static ReplySchema verbatim(String meaning) {
    return new ReplySchema(Type.VERBATIM, meaning);
  }

  public static ReplySchema any(String meaning) {
    return new ReplySchema(Type.ANY, meaning);
  }
}
