package dev.larder.bench;

import java.nio.ByteBuffer;

/** How the right reply to a request is recognized. */
interface Reply {
  /** More bytes are needed. */
  int INCOMPLETE = 0;

  /** These bytes are not, and do not begin, the right reply. */
  int WRONG = -1;

  /**
   * Looks at {@code available} bytes from {@code offset} on, which may go on into the replies that
   * follow, and returns the length of the right reply, {@link #INCOMPLETE} or {@link #WRONG}.
   *
   * @param number of the request
   */
  int check(ByteBuffer in, int offset, int available, long number);

  /** No right reply is longer than so many bytes. */
  int maxLength();
}
