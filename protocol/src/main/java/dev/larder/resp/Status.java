package dev.larder.resp;

/** Why a {@link RequestDecoder} stopped. */
public enum Status {
  /** All complete commands are in the batch; the rest of the input is the start of another. */
  NEED_INPUT,

  /** The batch is to be executed and cleared, then decoding goes on with the same input. */
  BATCH_FULL,

  /**
   * The input is not the protocol. The batch holds the good commands before; after their replies
   * the connection answers {@link RequestDecoder#protocolError()} and closes.
   */
  PROTOCOL_ERROR
}
