package flocker.node.replication;

import java.util.ArrayDeque;
import java.util.Queue;

/** One thing at a time: what comes while something goes on waits for its turn. */
final class Turns {
  private static final int MOST = 64;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean taken;

  /**
   * Runs {@code thing} now, or when all before it have given their turn back.
   *
   * @return false if too much waits already: it will not be run
   */
  boolean take(Runnable thing) {
    if (!taken) {
      thing.run();
      return true;
    }
    return waiting.size() < MOST && waiting.add(thing);
  }

  /** What runs goes on until {@link #giveBack}. */
  void keep() {
    taken = true;
  }

  void giveBack() {
    taken = false;
    while (!taken && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}
