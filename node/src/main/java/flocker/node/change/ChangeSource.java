package flocker.node.change;

/** What every change source can be told, whatever it watches. */
public interface ChangeSource {
  /** The filesystem was mounted again: marks on it are gone. */
  record Remounted() implements ChangeSource {}

  /**
   * Somebody has looked, and all that was written before is in a snapshot now.
   *
   * @param source who had asked for it
   * @param written whether there was anything
   */
  record Looked(String source, boolean written) implements ChangeSource {}

  /**
   * Whether another source tells of most changes, so that the interval need only catch the rest.
   */
  record Relax(boolean relaxed) implements ChangeSource {}

  /** Stop watching and end. */
  record Stop() implements ChangeSource {}
}
