package flocker.node.storage;

import java.util.regex.Pattern;

/**
 * A filesystem below Flocker's parent dataset of the pool, as a relative path: {@code <system id>},
 * {@code stash/<name>}, {@code import/<id>}, {@code tmp/<id>}. The driver puts the parent before
 * it.
 */
public record Dataset(String path) {
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,100}(/[A-Za-z0-9][A-Za-z0-9_.:-]{0,100}){0,3}");

  public Dataset {
    if (path == null || !SHAPE.matcher(path).matches()) {
      throw new IllegalArgumentException("not a dataset path: " + path);
    }
  }

  @Override
  public String toString() {
    return path;
  }
}
