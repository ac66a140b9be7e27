package dev.larder.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command on random elements of collections.
 *
 * @param consumed what the command uses up and is restored from, {@code null} when it does not
 */
record CollectionWork(
    String name,
    Exchange exchange,
    Elements elements,
    int pipeline,
    int connections,
    @Nullable Filling consumed)
    implements Work {
  /** Requests about one element that bring different things to it. */
  private static final long VARIANTS = 64;

  @Override
  public List<Exchange> exchanges(Protocol protocol) {
    return List.of(exchange);
  }

  /** Every element at most once where they are used up: so no collection runs dry before others. */
  @Override
  public KeySource numbers() {
    return consumed != null
        ? KeySource.shuffled(elements.count())
        : KeySource.random(elements.count() * VARIANTS, name.hashCode());
  }

  /** Half of the elements. */
  @Override
  public long limit() {
    return consumed != null ? elements.count() / 2 / pipeline * pipeline : Long.MAX_VALUE;
  }

  @Override
  public void restore(ServerProcess server, boolean polling) {
    if (consumed != null) {
      consumed.restore(server, elements, polling);
    }
  }
}
