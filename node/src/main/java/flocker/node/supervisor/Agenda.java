package flocker.node.supervisor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The steps to come, and the one that runs. A step that runs is never cancelled. */
final class Agenda {
  private final Deque<Step> todo = new ArrayDeque<>();
  private Optional<Step> running = Optional.empty();

  Optional<Step> running() {
    return running;
  }

  boolean runs(Step step) {
    return running.equals(Optional.of(step));
  }

  /** Nothing runs and nothing is to come. */
  boolean rests() {
    return running.isEmpty() && todo.isEmpty();
  }

  boolean empty() {
    return todo.isEmpty();
  }

  boolean contains(Step step) {
    return todo.contains(step);
  }

  /** These and nothing else, after what runs. */
  void plan(Step... steps) {
    todo.clear();
    append(steps);
  }

  void append(Step... steps) {
    for (Step step : steps) {
      todo.addLast(step);
    }
  }

  void appendAll(List<Step> steps) {
    todo.addAll(steps);
  }

  void first(Step step) {
    todo.addFirst(step);
  }

  void remove(Step step) {
    todo.removeIf(step::equals);
  }

  /** A copy, in order. */
  List<Step> steps() {
    return new ArrayList<>(todo);
  }

  void ended() {
    running = Optional.empty();
  }

  /** The step that would begin now. */
  Optional<Step> due() {
    return running.isEmpty() ? Optional.ofNullable(todo.peekFirst()) : Optional.empty();
  }

  Step begin() {
    Step step = todo.removeFirst();
    running = Optional.of(step);
    return step;
  }
}
