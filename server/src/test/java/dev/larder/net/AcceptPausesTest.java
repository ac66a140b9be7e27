package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AcceptPausesTest {
  private boolean isCrowded;
  private final EmbeddedChannel listening = new EmbeddedChannel(new AcceptPauses(() -> isCrowded));

  private boolean accepts() {
    return listening.config().isAutoRead();
  }

  private void pass(long millis) {
    listening.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    listening.runScheduledPendingTasks();
  }

  @Test
  void connectionsWaitWhileThereAreEnough() {
    listening.freezeTime();
    listening.writeInbound("first");
    assertThat(accepts()).isTrue();
    isCrowded = true;
    listening.writeInbound("second");
    assertThat(accepts()).isFalse();
    pass(2);
    assertThat(accepts()).isFalse();
    isCrowded = false;
    pass(2);
    assertThat(accepts()).isTrue();
    assertThat(listening.<String>readInbound()).isEqualTo("first");
    assertThat(listening.<String>readInbound()).isEqualTo("second");
  }

  @Test
  void aFailureIsTriedAgainLater() {
    listening.freezeTime();
    listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    assertThat(accepts()).isFalse();
    isCrowded = true;
    listening.writeInbound("one that came before");
    isCrowded = false;
    pass(200);
    assertThat(accepts()).isFalse();
    pass(50);
    assertThat(accepts()).isTrue();
  }
}
