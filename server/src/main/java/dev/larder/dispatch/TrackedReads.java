package dev.larder.dispatch;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.KeyPositions;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;
import dev.larder.session.Tracking;
import dev.larder.tracking.LoopTracking;

/** Has the keys remembered that clients read who want to be told when they change. */
@HotPath
final class TrackedReads {
  private final LoopTracking loop;
  private final KeyPositions keys = new KeyPositions();

  TrackedReads(LoopTracking loop) {
    this.loop = loop;
  }

  /** A client's command has run, if only to fail; the unit still owns the shards of its keys. */
  void note(Session session, CommandSpec spec, Call call) {
    Tracking tracking = session.tracking();
    if (tracking != null && spec.isReadOnly() && tracking.remembers()) {
      note(tracking, spec, call);
    }
  }

  private void note(Tracking tracking, CommandSpec spec, Call call) {
    if (spec.hasFixedKeys()) {
      int first = spec.firstKey();
      int last = first == 0 ? -1 : spec.lastKey(call.argCount());
      for (int key = first; key <= last; key += spec.keyStep()) {
        note(tracking, call, key);
      }
    } else if (spec.findKeys(call, keys)) {
      for (int i = 0; i < keys.count(); i++) {
        note(tracking, call, keys.position(i));
      }
    }
  }

  private void note(Tracking tracking, Call call, int key) {
    loop.read(tracking, call.shard(key), call.hash(key), call.argAddress(key), call.argLength(key));
  }
}
