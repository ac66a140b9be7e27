package dev.larder.dispatch;

import dev.larder.command.Job;

/**
 * A job in a unit of its own, which owns shards from step to step: others wait for them, so it goes
 * on whoever reads its reply, and even if its client has gone.
 */
interface OwnUnitJob extends Job {
  @Override
  default boolean isUrgent() {
    return true;
  }

  @Override
  default boolean keepsOthers() {
    return true;
  }

  @Override
  default boolean outlivesClient() {
    return true;
  }
}
