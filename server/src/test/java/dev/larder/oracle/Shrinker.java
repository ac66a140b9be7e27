package dev.larder.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes a session that shows a difference shorter, as long as it still shows one. */
final class Shrinker {

  private static final int TRIALS_MAX = 400;

  private final SessionRunner runner;
  private int trials;

  Shrinker(SessionRunner runner) {
    this.runner = runner;
  }

  /** The shorter session and its difference, as text. */
  String explain(List<Step> session, SessionRunner.Mismatch found) throws IOException {
    List<Step> best = single(session);
    SessionRunner.Mismatch mismatch = runner.run(best);
    if (mismatch == null) {
      // It takes pipelines: those are kept whole.
      best = session;
      mismatch = found;
    }
    for (int chunk = Math.max(1, best.size() / 2); chunk >= 1; chunk /= 2) {
      for (int at = best.size() - chunk; at >= 0 && trials < TRIALS_MAX; at -= chunk) {
        List<Step> shorter = new ArrayList<>(best);
        shorter.subList(at, Math.min(best.size(), at + chunk)).clear();
        trials++;
        SessionRunner.Mismatch still = runner.run(shorter);
        if (still != null) {
          best = shorter;
          mismatch = still;
          at = Math.min(at, best.size());
        }
      }
    }
    return best.stream().map(Step::toString).collect(Collectors.joining()) + mismatch;
  }

  /** Every request in a step of its own. */
  private static List<Step> single(List<Step> session) {
    List<Step> steps = new ArrayList<>();
    for (Step step : session) {
      for (int i = 0; i < step.requests().size() - 1; i++) {
        steps.add(new Step(step.connection(), List.of(step.requests().get(i))));
      }
      steps.add(
          new Step(
              step.connection(),
              List.of(step.requests().getLast()),
              step.pauseMillis(),
              step.settle()));
    }
    return steps;
  }
}
