package dev.larder.command;

import java.util.Locale;
import java.util.Set;

/** Which arguments must not be shown to others: passwords, and rules that may hold some. */
public final class SecretArguments {
  private static final byte[] AUTH = Ascii.keyword("auth");

  /** All that follows the subcommand is secret. */
  private static final Set<String> ACL_RULES = Set.of("acl|setuser", "acl|deluser", "acl|getuser");

  /** Options of Redis whose values are secret, whether they exist here or not. */
  private static final Set<String> OPTIONS =
      Set.of(
          "requirepass",
          "masteruser",
          "masterauth",
          "tls-key-file-pass",
          "tls-client-key-file-pass");

  private SecretArguments() {}

  private static String lowerCase(String option) {
    return option.toLowerCase(Locale.ROOT);
  }

  /** Whether an argument of a call is secret. */
  public static boolean isSecret(CommandSpec spec, Arguments call, int arg) {
    return switch (spec.fullName()) {
      case "auth" -> arg > 0;
      case "hello" -> isBehindAuth(call, arg, 1) || isBehindAuth(call, arg, 2);
      case "config|set" ->
          arg > 2 && arg % 2 == 1 && OPTIONS.contains(lowerCase(call.argString(arg - 1)));
      default -> arg > 1 && ACL_RULES.contains(spec.fullName());
    };
  }

  private static boolean isBehindAuth(Arguments call, int arg, int distance) {
    return arg - distance > 1 && call.argIs(arg - distance, AUTH);
  }
}
