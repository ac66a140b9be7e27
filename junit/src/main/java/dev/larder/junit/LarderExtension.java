package dev.larder.junit;

import static java.util.Objects.requireNonNull;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Option;
import dev.larder.config.Options;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an empty server on a free port of this machine, which keeps nothing on a disk and
 * ends with them.
 *
 * <p>On a class, and as a static field, it is one for all tests of the class and of those nested in
 * it; on a method, and as a field of the object, one for each test. As a field it takes options.
 *
 * {@snippet :
 * @RegisterExtension
 * static final LarderExtension larder =
 *     new LarderExtension().set(Options.MAXMEMORY_POLICY, EvictionPolicy.ALLKEYS_S3);
 *
 * @Test
 * void remembers() {
 *   try (Jedis jedis = new Jedis(larder.host(), larder.port())) {
 *     jedis.set("key", "value");
 *   }
 * }
 * }
 *
 * <p>Parameters of tests may be the {@link LarderServer}, or an {@code int} with {@link
 * LarderPort}. Tests that run side by side share the server of their class; an extension that is a
 * field of the object is used by one test at a time.
 */
public final class LarderExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(LarderExtension.class);

  private final List<Consumer<Config>> settings = new CopyOnWriteArrayList<>();
  private volatile @Nullable LarderServer server;

  /** Has its servers start with this value of an option. */
  public <T> LarderExtension set(Option<T> option, T value) {
    settings.add(config -> config.set(option, value));
    return this;
  }

  /** The name of the machine to connect to. */
  public String host() {
    return "127.0.0.1";
  }

  /**
   * The port to connect to.
   *
   * @throws IllegalStateException if no test that has a server of this extension is running
   */
  public int port() {
    return server().port();
  }

  /** The address as most clients take it, such as {@code redis://127.0.0.1:7000}. */
  public String uri() {
    return "redis://" + host() + ":" + port();
  }

  /**
   * The server itself.
   *
   * @throws IllegalStateException if no test that has a server of this extension is running
   */
  public LarderServer server() {
    LarderServer running = server;
    if (running == null) {
      throw new IllegalStateException("no server: it starts before the first test that needs it");
    }
    return running;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server = serverOf(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server = serverOf(context);
  }

  /** The server of this context, or of one around it; it ends with the context that it began in. */
  private LarderServer serverOf(ExtensionContext context) {
    return requireNonNull(
            context
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(this, _ -> new Running(start()), Running.class))
        .server();
  }

  private LarderServer start() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.SAVE, List.of());
    settings.forEach(setting -> setting.accept(config));
    return LarderServer.start(config);
  }

  /** Closed by JUnit with the context. */
  private record Running(LarderServer server) implements AutoCloseable {
    @Override
    public void close() {
      server.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LarderServer.class
        || parameter.isAnnotated(LarderPort.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    LarderServer running = serverOf(context);
    if (!parameter.isAnnotated(LarderPort.class)) {
      return running;
    }
    if (parameter.getParameter().getType() != int.class) {
      throw new ParameterResolutionException("a parameter with @LarderPort has to be an int");
    }
    return running.port();
  }
}
