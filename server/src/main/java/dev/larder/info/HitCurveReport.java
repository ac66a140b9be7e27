package dev.larder.info;

import dev.larder.resp.ReplyWriter;
import dev.larder.storage.HitCurve;

/** What MEMORY MRC and INFO tell of the hit ratios of other sizes. Safe for any thread. */
public record HitCurveReport(HitCurve curve) {
  private static final int FIELDS = 6;
  private static final int POINT_FIELDS = 4;
  private static final int PERCENT = 100;
  private static final int RATIO_DIGITS = 4;

  /** MEMORY MRC: a map; false, and nothing is written, while nothing is watched. */
  public boolean write(ReplyWriter reply) {
    HitCurve.Reading reading = curve.reading();
    if (reading == null) {
      return false;
    }
    reply.map(FIELDS);
    reply.bulkString("policy");
    reply.bulkString(reading.isS3() ? "s3" : "lru");
    real(reply, "sampled-part", reading.sampledPart());
    number(reply, "sampled-keys", reading.sampledKeys());
    number(reply, "window-requests", Math.round(reading.requests()));
    number(reply, "window-seconds", Math.round(reading.seconds()));
    reply.bulkString("sizes");
    reply.array(reading.points().size());
    for (HitCurve.Point point : reading.points()) {
      reply.map(POINT_FIELDS);
      real(reply, "factor", point.factor());
      number(reply, "keys", point.keys());
      number(reply, "bytes", point.bytes());
      real(reply, "hit-ratio", point.hitRatio());
    }
    return true;
  }

  /** The same for INFO, if something is watched. */
  void write(InfoFields out) {
    HitCurve.Reading reading = curve.reading();
    if (reading != null) {
      out.field("larder_mrc_sampled_keys", reading.sampledKeys());
      out.field("larder_mrc_window_requests", Math.round(reading.requests()));
      for (HitCurve.Point point : reading.points()) {
        long percent = Math.round(PERCENT * point.factor());
        out.field("larder_mrc_hit_ratio_" + percent, point.hitRatio(), RATIO_DIGITS);
      }
    }
  }

  private static void number(ReplyWriter reply, String name, long value) {
    reply.bulkString(name);
    reply.integer(value);
  }

  private static void real(ReplyWriter reply, String name, double value) {
    reply.bulkString(name);
    reply.doubleValue(value);
  }
}
