package flocker.node.change;

/** What every change source can be told, whatever it watches. */
public interface ChangeSource {
  /** The filesystem was mounted again: marks on it are gone. */
  record Remounted() implements ChangeSource {}

  /** Stop watching and end. */
  record Stop() implements ChangeSource {}
}
