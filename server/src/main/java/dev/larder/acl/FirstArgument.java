package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import java.util.Arrays;

/** Calls of a command that may be run although the command may not: those with this argument. */
final class FirstArgument {
  private final int command;
  private final byte[] keyword;

  /**
   * @param command its index
   * @param argument in lower case, one char a byte
   */
  FirstArgument(int command, String argument) {
    this.command = command;
    this.keyword = Ascii.keyword(argument);
  }

  boolean isOf(int index) {
    return command == index;
  }

  boolean isSame(int index, String argument) {
    return command == index && Arrays.equals(keyword, Ascii.keyword(argument));
  }

  boolean allows(int index, Arguments call) {
    return command == index && call.argCount() > 1 && call.argIs(1, keyword);
  }
}
