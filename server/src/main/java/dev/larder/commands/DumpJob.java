package dev.larder.commands;

import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.DumpStream;

/** Replies a long payload of DUMP in pieces. */
final class DumpJob implements Job {
  private static final int PIECE_BYTES = 256 * 1024;

  private final DumpStream payload;
  private long sent = -1;

  DumpJob(DumpStream payload) {
    this.payload = payload;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    if (sent < 0) {
      out.bulkHeader(payload.length());
      sent = 0;
    }
    int piece = (int) Math.min(PIECE_BYTES, payload.length() - sent);
    payload.read(out.piece(piece), piece);
    sent += piece;
    if (sent < payload.length()) {
      return false;
    }
    out.endOfLine();
    cancel();
    return true;
  }

  @Override
  public void cancel() {
    payload.close();
  }
}
