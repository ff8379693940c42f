package flocker.node.storage.memory;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes an in-memory storage fail, by the name of the port's method: {@code "snapshot"}, {@code
 * "receive"} and so on. Also remembers the calls that were made. Thread-safe.
 */
public final class Faults {
  /** What the whole storage is like. */
  public enum Condition {
    WELL,
    /** Every call and stream is UNAVAILABLE. */
    DEAD,
    /** Every call and stream is a TIMEOUT, at once. */
    FROZEN
  }

  private final Map<String, Deque<Kind>> before = new HashMap<>();
  private final Map<String, Deque<Kind>> after = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private Condition condition = Condition.WELL;
  private int cutNextSend = -1;

  /** From now on; see also {@link InMemoryStorage#kill}. */
  public synchronized void become(Condition next) {
    condition = next;
    notifyAll();
  }

  /** The next call of {@code method} is refused and changes nothing. Calls add up, in order. */
  public synchronized void refuseNext(String method, Kind kind) {
    before.computeIfAbsent(method, key -> new ArrayDeque<>()).add(kind);
  }

  /** The next call of {@code method} is done, but its caller is told this fault. */
  public synchronized void doButFailNext(String method, Kind kind) {
    after.computeIfAbsent(method, key -> new ArrayDeque<>()).add(kind);
  }

  /** The next send ends after so many bytes, as if it were whole; its finish tells. */
  public synchronized void cutNextSend(int bytes) {
    cutNextSend = bytes;
  }

  /** The names of the methods called so far, oldest first. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized int takeCut() {
    int cut = cutNextSend;
    cutNextSend = -1;
    return cut;
  }

  synchronized void before(String method) throws StorageFault {
    calls.add(method);
    check();
    raise(before, method, "refused");
  }

  synchronized void after(String method) throws StorageFault {
    raise(after, method, "done, but reported as failed");
  }

  /** For what is under way. */
  synchronized void check() throws StorageFault {
    switch (condition) {
      case DEAD -> throw new StorageFault(Kind.UNAVAILABLE, "storage is dead");
      case FROZEN -> throw new StorageFault(Kind.TIMEOUT, "storage is frozen");
      case WELL -> {}
    }
  }

  private static void raise(Map<String, Deque<Kind>> from, String method, String how)
      throws StorageFault {
    Deque<Kind> kinds = from.get(method);
    if (kinds != null && !kinds.isEmpty()) {
      throw new StorageFault(kinds.remove(), "as the test wanted, " + method + " was " + how);
    }
  }
}
