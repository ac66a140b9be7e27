package dev.larder.push;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random members and messages of groups, delivered in slices, against lists. */
final class PushGroupModelTest {
  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final Mailboxes mailboxes = new Mailboxes(1);
  private final Outbox outbox = mailboxes.newOutbox();
  private final List<PushMessage> messages = new ArrayList<>();

  /** Who gets messages, and what it should have got. */
  private static final class Member implements PushTarget {
    final int protocol;
    final StringBuilder got = new StringBuilder();
    final StringBuilder sent = new StringBuilder();
    int group;
    int serial;
    boolean isThere = true;
    Runnable reaction = () -> {};

    Member(int protocol) {
      this.protocol = protocol;
    }

    void expect(int number) {
      sent.append(protocol == 2 ? '*' : '>').append(number).append('\n');
    }

    @Override
    public void push(PushMessage message, long sequence) {
      got.append(requireNonNull(message.encoded(protocol)).toString(US_ASCII));
      reaction.run();
    }
  }

  private PushMessage message(int number) {
    char type = random.nextBoolean() ? '>' : '*';
    String text = type + Integer.toString(number) + '\n';
    PushMessage message =
        PushMessage.of(Unpooled.directBuffer().writeBytes(text.getBytes(US_ASCII)));
    messages.add(message);
    return message;
  }

  @Test
  void everybodyGetsWhatWasSentWhileHeWasThere() {
    PushGroup[] groups = {new PushGroup(), new PushGroup(), new PushGroup()};
    List<Member> there = new ArrayList<>();
    List<Member> all = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int which = random.nextInt(3);
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          Member member = new Member(2 + random.nextInt(2));
          member.group = which;
          member.serial = groups[which].add(member);
          there.add(member);
          all.add(member);
        }
        case 2 -> {
          if (there.size() > random.nextInt(60)) {
            Member left = there.remove(random.nextInt(there.size()));
            groups[left.group].remove(left.serial);
            groups[left.group].remove(left.serial);
            left.isThere = false;
            // What is on its way does not get to it.
            left.sent.setLength(0);
            left.got.setLength(0);
          }
        }
        case 3, 4, 5 -> {
          long snapshot = groups[which].snapshot();
          List<Member> those = there.stream().filter(member -> member.group == which).toList();
          assertThat(PushGroup.count(snapshot)).isEqualTo(those.size());
          int number = messages.size();
          PushMessage message = message(number);
          outbox.add(0, groups[which], snapshot, message);
          message.release();
          those.forEach(member -> member.expect(number));
        }
        case 6 -> outbox.post(0);
        default -> mailboxes.of(0).deliver(1 + random.nextInt(50));
      }
    }
    outbox.post(0);
    mailboxes.of(0).deliver(Integer.MAX_VALUE);
    for (Member member : all) {
      if (member.isThere) {
        assertThat(member.got.compareTo(member.sent)).as("seed %d", seed).isZero();
      } else {
        assertThat(member.got).as("seed %d", seed).isEmpty();
      }
    }
    assertThat(messages).allMatch(message -> message.refCnt() == 0);
    assertThat(mailboxes.backlog().isEmpty()).isTrue();
  }

  /** A connection may end while it gets a message. */
  @Test
  void membersLeaveWhileTheyAreTold() {
    PushGroup group = new PushGroup();
    ArrayDeque<Member> members = new ArrayDeque<>();
    for (int i = 0; i < 100; i++) {
      Member member = new Member(3);
      member.serial = group.add(member);
      if (i % 3 == 0) {
        member.reaction = () -> group.remove(member.serial);
      }
      members.add(member);
    }
    for (int i = 0; i < 2; i++) {
      PushMessage message = message(i);
      outbox.add(0, group, group.snapshot(), message);
      message.release();
      outbox.post(0);
      mailboxes.of(0).deliver(Integer.MAX_VALUE);
    }
    assertThat(PushGroup.count(group.snapshot())).isEqualTo(66);
    int at = 0;
    for (Member member : members) {
      assertThat(member.got.toString()).isEqualTo(at++ % 3 == 0 ? ">0\n" : ">0\n>1\n");
    }
  }
}
