package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IoLoopTest {
  private static final long PATIENCE_SECONDS = 60;

  private final IoLoops loops = new IoLoops(1, NioIoHandler.newFactory());
  private final IoLoop loop = loops.all().getFirst();
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);

  @AfterEach
  void close() {
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void tasksOfTheNextTurnFollowAllOthersOfThisOne() throws InterruptedException {
    loop.execute(() -> {
      loop.executeNextTurn(() -> order.add("next"));
      loop.executeNextTurn(done::countDown);
      loop.execute(() -> {
        order.add("first");
        loop.execute(() -> order.add("second"));
      });
    });

    assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly("first", "second", "next");
  }

  @Test
  void workInPiecesLetsOthersInBetween() throws InterruptedException {
    loop.execute(() -> piece(1));

    assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly("piece 1", "other 1", "piece 2", "other 2", "piece 3");
  }

  private void piece(int number) {
    order.add("piece " + number);
    if (number == 3) {
      done.countDown();
      return;
    }
    loop.executeNextTurn(() -> piece(number + 1));
    loop.execute(() -> order.add("other " + number));
  }

  @Test
  void everyTurnRenewsAClientsShare() throws InterruptedException {
    RequestDecoder decoder = new RequestDecoder(new Limits(), new NoLargeArguments());
    TurnShare share = new TurnShare(loop, decoder);
    ByteBuf input = Unpooled.buffer().writeZero(100_000);
    loop.execute(() -> {
      while (share.take(input)) {
        order.add("taken");
      }
      order.add("used up");
      loop.executeNextTurn(() -> {
        order.add(share.take(input) ? "renewed" : "not renewed");
        done.countDown();
      });
    });

    assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly("taken", "taken", "taken", "taken", "used up", "renewed");
    input.release();
  }

  private static final class NoLargeArguments implements LargeArguments {
    @Override
    public long allocate(long bytes) {
      return 0;
    }

    @Override
    public void append(long address, ByteBuf source, int index, int length) {}

    @Override
    public void release(long address, long bytes) {}
  }
}
