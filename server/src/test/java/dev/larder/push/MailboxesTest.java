package dev.larder.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Messages between threads: their order, their bound, and their end. */
final class MailboxesTest {
  private final Mailboxes mailboxes = new Mailboxes(2);
  private final List<PushMessage> messages = new ArrayList<>();

  private PushMessage message(int bytes) {
    PushMessage message = PushMessage.of(Unpooled.directBuffer().writeZero(bytes).setByte(0, '>'));
    messages.add(message);
    return message;
  }

  private void send(Outbox outbox, int loop, PushTarget target, int bytes) {
    PushMessage message = message(bytes);
    outbox.add(loop, target, message);
    message.release();
  }

  private void assertAllReleased() {
    assertThat(messages).isNotEmpty().allMatch(message -> message.refCnt() == 0);
    assertThat(mailboxes.backlog().isEmpty()).isTrue();
  }

  @Test
  void whatIsNotDeliveredIsReleased() {
    Outbox outbox = mailboxes.newOutbox();
    PushTarget nobody =
        (message, sequence) -> {
          throw new AssertionError("delivered to a loop that has ended");
        };
    send(outbox, 0, nobody, 10);
    PushGroup group = new PushGroup();
    group.add(nobody);
    for (int i = 0; i < 5; i++) {
      PushMessage message = message(20);
      outbox.add(1, group, group.snapshot(), message);
      message.release();
    }
    outbox.post(0);
    send(outbox, 0, nobody, 10);
    mailboxes.of(0).close();
    mailboxes.of(1).close();
    outbox.discard();
    assertAllReleased();
    send(outbox, 1, nobody, 10);
    outbox.post(0);
    assertAllReleased();
  }

  @Test
  void isFullUntilHalfIsDelivered() {
    Outbox outbox = mailboxes.newOutbox();
    AtomicInteger room = new AtomicInteger();
    int parts = 64;
    int bytes = (int) (Backlog.MAX_WEIGHT / parts);
    for (int i = 0; i < parts; i++) {
      assertThat(mailboxes.backlog().isFull()).isFalse();
      send(outbox, i % 2, (message, sequence) -> {}, bytes);
      assertThat(outbox.isLarge()).isFalse();
      outbox.post(0);
    }
    assertThat(mailboxes.backlog().isFull()).isTrue();
    assertThat(mailboxes.backlog().isOverfull()).isFalse();
    mailboxes.backlog().awaitRoom(room::incrementAndGet);
    mailboxes.of(0).deliver(Integer.MAX_VALUE);
    assertThat(room).hasValue(0);
    mailboxes.of(1).deliver(2);
    assertThat(room).hasValue(1);
    mailboxes.of(1).deliver(Integer.MAX_VALUE);
    assertThat(room).hasValue(1);
    mailboxes.backlog().awaitRoom(room::incrementAndGet);
    assertThat(room).hasValue(2);
    assertAllReleased();
  }

  @Test
  void whatWaitsForMessagesIsRunBehindThem() {
    Outbox outbox = mailboxes.newOutbox();
    AtomicInteger delivered = new AtomicInteger();
    AtomicInteger atRest = new AtomicInteger(-1);
    AtomicInteger woken = new AtomicInteger();
    mailboxes.of(0).wakeBy(woken::incrementAndGet);
    for (int i = 0; i < 10; i++) {
      send(outbox, 0, (message, sequence) -> delivered.incrementAndGet(), 10);
      outbox.post(0);
    }
    assertThat(woken).hasValue(1);
    assertThat(mailboxes.of(0).deliver(4, () -> atRest.set(delivered.get()))).isFalse();
    assertThat(delivered).hasValue(4);
    assertThat(woken).hasValue(2);
    send(outbox, 0, (message, sequence) -> delivered.incrementAndGet(), 10);
    outbox.post(0);
    assertThat(mailboxes.of(0).deliver(4)).isTrue();
    assertThat(atRest).hasValue(-1);
    assertThat(mailboxes.of(0).deliver(4)).isFalse();
    assertThat(atRest).hasValue(10);
    assertThat(delivered).hasValue(11);
    assertThat(mailboxes.of(0).deliver(4, () -> atRest.set(-2))).isTrue();
    assertThat(atRest).hasValue(10);
    assertAllReleased();
  }

  /** Two senders and two loops: both loops get everything in the same order. */
  @Test
  void severalLoopsGetOneOrder() throws InterruptedException {
    List<List<PushMessage>> got = List.of(new ArrayList<>(), new ArrayList<>());
    List<PushGroup> groups = List.of(new PushGroup(), new PushGroup());
    for (int i = 0; i < 2; i++) {
      List<PushMessage> list = got.get(i);
      groups.get(i).add((message, sequence) -> list.add(message));
    }
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Outbox outbox = mailboxes.newOutbox();
      senders.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int j = 0; j < 20_000; j++) {
                  PushMessage message = PushMessage.of(Unpooled.directBuffer().writeByte('>'));
                  for (int loop = 0; loop < 2; loop++) {
                    PushGroup group = groups.get(loop);
                    outbox.add(loop, group, group.snapshot(), message);
                  }
                  message.release();
                  outbox.post(0);
                }
              }));
    }
    for (Thread sender : senders) {
      sender.join();
    }
    mailboxes.of(0).deliver(Integer.MAX_VALUE);
    mailboxes.of(1).deliver(Integer.MAX_VALUE);
    assertThat(got.get(0)).hasSize(40_000);
    assertThat(got.get(0).equals(got.get(1))).isTrue();
  }
}
