package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.EventClass;
import dev.larder.storage.KeyEventControl;
import dev.larder.storage.KeyEvents;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.List;

/** Hears of the events of keys; as text, {@code del key}, or {@code hdel key 1:a,1:b}. */
final class Events implements KeyEventControl.Listener {
  private final List<String> heard = new ArrayList<>();
  private boolean isNeeded = true;

  /** Of these classes, by their letters. */
  Events(Keyspace keyspace, String letters) {
    int classes = 0;
    for (EventClass each : EventClass.values()) {
      classes |= letters.indexOf(each.letter()) >= 0 ? each.bit() : 0;
    }
    keyspace.events().listener(this);
    keyspace.events().want(classes, letters.indexOf('S') >= 0);
  }

  /** Whether there are subscribers. */
  void isNeeded(boolean needed) {
    isNeeded = needed;
  }

  @Override
  public boolean isNeeded() {
    return isNeeded;
  }

  @Override
  public void publish(Unit unit, KeyEvents events) {
    while (events.next()) {
      String text = events.event().redisName() + ' ';
      text += new String(events.bytes(), events.keyOffset(), events.keyLength(), ISO_8859_1);
      text += events.database() == 0 ? "" : "@" + events.database();
      int length = events.fieldsLength();
      String fields = new String(events.bytes(), events.fieldsOffset(), length, ISO_8859_1);
      heard.add(length == 0 ? text : text + ' ' + fields);
    }
  }

  /** What was heard since the last call, with commas between. */
  String take() {
    String all = String.join(", ", heard);
    heard.clear();
    return all;
  }
}
