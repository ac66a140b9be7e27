import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.redisson.api.RBlockingDeque;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RBoundedBlockingQueue;
import org.redisson.api.RDelayedQueue;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RPriorityBlockingQueue;
import org.redisson.api.RReliableTopic;
import org.redisson.api.RStream;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;

/** What carries values from one to another. */
@SuppressWarnings("deprecation") // Programs use what the library advises against.
final class QueueChecks {
  static final List<Check> ALL =
      List.of(
          new Check("topics", QueueChecks::topics),
          new Check("topics of shards", QueueChecks::topicsOfShards),
          new Check("reliable topics", QueueChecks::reliableTopics),
          new Check("blocking queues", QueueChecks::blockingQueues),
          new Check("bounded and priority queues", QueueChecks::boundedAndPriorityQueues),
          new Check("delayed queues", QueueChecks::delayedQueues),
          new Check("streams", QueueChecks::streams));

  private QueueChecks() {}

  private static void topics(Program program) throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    RTopic topic = program.client().getTopic("news");
    int listener =
        topic.addListener(String.class, (channel, text) -> heard.add(channel + " " + text));
    RPatternTopic pattern = program.client().getPatternTopic("n*");
    pattern.addListener(
        String.class, (name, channel, text) -> heard.add(name + " " + channel + " " + text));
    RTopic others = program.connect().getTopic("news");
    Program.same(others.countSubscribers(), 1L);
    Program.same(others.publish("hello"), 2L);
    Program.until(() -> heard.size() == 2);
    Program.same(new TreeSet<>(heard), new TreeSet<>(Set.of("news hello", "n* news hello")));
    Program.same(pattern.getActiveTopics(), List.of("news"));
    Program.restart();
    Program.until(() -> reaches(others, "again") == 2);
    Program.until(() -> heard.contains("news again") && heard.contains("n* news again"));
    topic.removeListener(listener);
    pattern.removeAllListeners();
    Program.until(() -> others.publish("last") == 0);
  }

  private static long reaches(RTopic topic, String text) {
    try {
      return topic.publish(text);
    } catch (RuntimeException e) {
      return -1;
    }
  }

  private static void topicsOfShards(Program program) throws Exception {
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    RedissonClient client = program.client();
    Program.needs(
        () ->
            client
                .getShardedTopic("orders")
                .addListener(Integer.class, (channel, number) -> heard.add(number)));
    for (int i = 0; i < 100; i++) {
      Program.same(program.client().getShardedTopic("orders").publish(i), 1L);
    }
    Program.until(() -> heard.size() == 100);
    Program.same(List.copyOf(heard).get(99), 99);
  }

  private static void reliableTopics(Program program) throws Exception {
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    RReliableTopic topic = program.client().getReliableTopic("kept");
    topic.addListener(Integer.class, (channel, number) -> heard.add(number));
    RReliableTopic others = program.connect().getReliableTopic("kept");
    others.addListener(Integer.class, (channel, number) -> heard.add(number));
    for (int i = 0; i < 50; i++) {
      Program.same(others.publish(i), 2L);
    }
    Program.until(() -> heard.size() == 100);
    Program.same(topic.countSubscribers(), 2);
  }

  private static void blockingQueues(Program program) throws Exception {
    RBlockingQueue<Integer> queue = program.client().getBlockingQueue("queue");
    Future<Integer> first = program.start(() -> queue.take());
    Future<Integer> second = program.start(() -> queue.poll(20, SECONDS));
    Program.same(queue.poll(200, MILLISECONDS), null);
    RBlockingQueue<Integer> others = program.connect().getBlockingQueue("queue");
    others.put(1);
    others.put(2);
    Program.same(first.get(10, SECONDS) + second.get(10, SECONDS), 3);
    Future<Integer> any = program.start(() -> queue.pollFromAny(20, SECONDS, "other", "third"));
    program.connect().getBlockingQueue("third").put(3);
    Program.same(any.get(10, SECONDS), 3);
    Future<Integer> moved = program.start(() -> queue.pollLastAndOfferFirstTo("done", 20, SECONDS));
    others.put(4);
    Program.same(moved.get(10, SECONDS), 4);
    Program.same(program.client().getQueue("done").peek(), 4);
    RBlockingDeque<Integer> deque = program.client().getBlockingDeque("deque");
    Future<Integer> last = program.start(() -> deque.takeLast());
    program.connect().<Integer>getBlockingDeque("deque").putFirst(5);
    Program.same(last.get(10, SECONDS), 5);
    Map<Integer, Integer> taken = new ConcurrentHashMap<>();
    program.together(
        4,
        false,
        client -> {
          RBlockingQueue<Integer> mine = client.getBlockingQueue("work");
          for (int i = 0; i < 50; i++) {
            mine.put(i);
            taken.merge(mine.take(), 1, Integer::sum);
          }
        });
    Program.same(taken.size(), 50);
    Program.ensure(taken.values().stream().allMatch(count -> count == 4), taken);
  }

  private static void boundedAndPriorityQueues(Program program) throws Exception {
    RBoundedBlockingQueue<String> bounded = program.client().getBoundedBlockingQueue("bounded");
    Program.ensure(bounded.trySetCapacity(2), "no capacity");
    Program.ensure(bounded.offer("a") && bounded.offer("b") && !bounded.offer("c"), "not bounded");
    Program.ensure(!bounded.offer("c", 100, MILLISECONDS), "not bounded");
    Future<Boolean> waiting = program.start(() -> bounded.offer("c", 20, SECONDS));
    Program.same(program.connect().<String>getBoundedBlockingQueue("bounded").take(), "a");
    Program.same(waiting.get(10, SECONDS), true);
    Program.same(bounded.readAll(), List.of("b", "c"));
    RPriorityBlockingQueue<Integer> priority = program.client().getPriorityBlockingQueue("first");
    for (int number : List.of(5, 3, 9, 1, 7)) {
      priority.add(number);
    }
    for (int number : List.of(1, 3, 5, 7, 9)) {
      Program.same(priority.take(), number);
    }
    Future<Integer> next = program.start(() -> priority.poll(20, SECONDS));
    program.connect().<Integer>getPriorityBlockingQueue("first").add(4);
    Program.same(next.get(10, SECONDS), 4);
  }

  private static void delayedQueues(Program program) throws Exception {
    RBlockingQueue<String> queue = program.client().getBlockingQueue("ready");
    RDelayedQueue<String> delayed = program.client().getDelayedQueue(queue);
    long begin = System.nanoTime();
    delayed.offer("late", 3, SECONDS);
    delayed.offer("early", 2, SECONDS);
    delayed.offer("never", 60, SECONDS);
    Program.same(delayed.size(), 3);
    Program.ensure(delayed.remove("never") && !delayed.contains("never"), "not removed");
    Program.same(queue.poll(), null);
    Program.same(queue.poll(10, SECONDS), "early");
    Program.same(queue.poll(10, SECONDS), "late");
    long millis = (System.nanoTime() - begin) / 1_000_000;
    Program.ensure(millis >= 2990, "too early: " + millis);
    for (int i = 0; i < 300; i++) {
      delayed.offer("job " + i, i % 7 * 30, MILLISECONDS);
    }
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      Program.ensure(all.add(queue.poll(10, SECONDS)), "twice");
    }
    Program.ensure(delayed.isEmpty() && queue.isEmpty(), "something is left");
    delayed.destroy();
  }

  private static void streams(Program program) throws Exception {
    RStream<String, Integer> stream = program.client().getStream("stream");
    stream.createGroup(StreamCreateGroupArgs.name("g").id(StreamMessageId.ALL).makeStream());
    Program.fails(
        () -> stream.createGroup(StreamCreateGroupArgs.name("g").makeStream()), "BUSYGROUP");
    RStream<String, Integer> others = program.connect().getStream("stream");
    var waiting =
        program.start(
            () ->
                others.readGroup(
                    "g",
                    "me",
                    StreamReadGroupArgs.neverDelivered().timeout(Duration.ofSeconds(20))));
    StreamMessageId id = stream.add(StreamAddArgs.entry("n", 1));
    Program.same(waiting.get(10, SECONDS), Map.of(id, Map.of("n", 1)));
    Program.same(stream.getPendingInfo("g").getTotal(), 1L);
    Program.same(stream.claim("g", "you", 0, MILLISECONDS, id), Map.of(id, Map.of("n", 1)));
    Program.same(stream.ack("g", id), 1L);
    Program.same(stream.listConsumers("g").size(), 2);
    Program.same(stream.getInfo().getLength(), 1);
    for (int i = 0; i < 200; i++) {
      stream.add(StreamAddArgs.entry("n", i));
    }
    Program.same(
        stream
            .rangeReversed(1, StreamMessageId.MAX, StreamMessageId.MIN)
            .values()
            .iterator()
            .next(),
        Map.of("n", 199));
    var taken = others.readGroup("g", "me", StreamReadGroupArgs.neverDelivered().count(150));
    Program.same(taken.size(), 150);
    var claimed = stream.autoClaim("g", "you", 0, MILLISECONDS, StreamMessageId.MIN, 100);
    Program.same(claimed.getMessages().size(), 100);
    Program.same(stream.size(), 201L);
  }
}
