package dev.larder.resp;

import dev.larder.storage.memory.Memory;
import io.netty.channel.Channel;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import sun.misc.Unsafe;

/** Breaks each rule of {@code ArchitectureTest} once; it is never run. */
@HotPath
public abstract class ArchitectureCanary {
  abstract void otherModulesParts(Memory memory);

  abstract void foreignMemory(MemorySegment segment);

  abstract void channel(Channel channel);

  abstract void unsafe(Unsafe unsafe);

  abstract Map<Integer, String> boxes();

  String formats() {
    return String.format("%d", 1);
  }

  void printsAndWaits() throws InterruptedException {
    System.out.println(System.nanoTime());
    Thread.sleep(1);
  }
}
