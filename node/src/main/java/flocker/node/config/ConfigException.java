package flocker.node.config;

/**
 * The configuration cannot be used; the message names the key or file, what was found and what to
 * do.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
