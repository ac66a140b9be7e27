package dev.larder.bench;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A very large set that comes back from the payload that DUMP made of it. */
final class RestoreStop implements StopEvent {
  private @Nullable ByteBuffer payload;
  private long payloadMembers;

  @Override
  public String label(long many) {
    return "typestops, RESTORE of a set of %d M".formatted(many / 1_000_000);
  }

  @Override
  public Goal goal() {
    return Goals.STOP_COLLECTION;
  }

  @Override
  public void prepare(StopScene scene) {
    scene.flush();
    if (payloadMembers != scene.many()) {
      Filling.SET.build(scene.server(), new Elements(1, scene.many()), false);
      try (BigValueClient client = new BigValueClient(scene.server())) {
        payload = client.dump(KeyValues.key(0));
      }
      payloadMembers = scene.many();
      scene.flush();
    }
  }

  @Override
  public void run(StopScene scene) {
    ByteBuffer dumped = payload;
    if (dumped == null) {
      throw new IllegalStateException("nothing was prepared");
    }
    try (BigValueClient client = new BigValueClient(scene.server())) {
      client.restore(KeyValues.key(0), dumped);
    }
    scene.expect(Long.toString(payloadMembers), "SCARD", KeyValues.key(0));
  }
}
