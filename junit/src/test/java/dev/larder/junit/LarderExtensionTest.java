package dev.larder.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.larder.LarderServer;
import dev.larder.config.Options;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import redis.clients.jedis.Jedis;

final class LarderExtensionTest {
  /** Ports that the classes below were given, in their order. */
  private static final List<Integer> ports = new ArrayList<>();

  private static Events run(Class<?> tests) {
    ports.clear();
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
  }

  private static void use(int port) {
    ports.add(port);
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      jedis.incr("tests");
    }
  }

  private static long testsSeen(int port) {
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      return Long.parseLong(jedis.get("tests"));
    }
  }

  static final class OfAClass {
    @RegisterExtension
    static final LarderExtension larder = new LarderExtension().set(Options.MAXCLIENTS, 77L);

    @BeforeAll
    static void beforeAll() {
      use(larder.port());
    }

    @RepeatedTest(2)
    void test() {
      use(larder.port());
      assertThat(larder.server().config().get(Options.MAXCLIENTS)).isEqualTo(77);
      assertThat(larder.uri()).isEqualTo("redis://127.0.0.1:" + larder.port());
    }

    @Nested
    final class Inner {
      @Test
      void test() {
        use(larder.port());
      }

      @AfterEach
      void after() {
        assertThat(testsSeen(larder.port())).isEqualTo(4);
      }
    }
  }

  @Test
  void aStaticFieldIsOneServerForAllTestsOfAClass() {
    run(OfAClass.class).assertStatistics(events -> events.succeeded(3).failed(0));
    assertThat(ports).hasSize(4).containsOnly(ports.getFirst());
    assertThatThrownBy(() -> testsSeen(ports.getFirst())).hasMessageContaining("connect");
  }

  static final class OfATest {
    @RegisterExtension final LarderExtension larder = new LarderExtension();

    @RepeatedTest(3)
    void test() {
      use(larder.port());
      assertThat(testsSeen(larder.port())).isOne();
    }
  }

  @Test
  void aFieldOfTheObjectIsAServerForEachTest() {
    run(OfATest.class).assertStatistics(events -> events.succeeded(3).failed(0));
    for (int port : ports) {
      assertThatThrownBy(() -> testsSeen(port)).hasMessageContaining("connect");
    }
  }

  @ExtendWith(LarderExtension.class)
  static final class WithParameters {
    @BeforeAll
    static void beforeAll(@LarderPort int port) {
      use(port);
    }

    @Test
    void test(LarderServer server, @LarderPort int port) {
      use(port);
      assertThat(server.port()).isEqualTo(port);
    }

    @Test
    void wrong(@LarderPort String port) {
      throw new AssertionError(port);
    }
  }

  @Test
  void parametersAreTheServerAndItsPort() {
    run(WithParameters.class).assertStatistics(events -> events.succeeded(1).failed(1));
    assertThat(ports).hasSize(2).containsOnly(ports.getFirst());
  }

  @Test
  void withoutATestThereIsNoServer() {
    assertThatThrownBy(new LarderExtension()::port).isInstanceOf(IllegalStateException.class);
  }
}
