package flocker.protocol.admin;

/** What is needed to create a user system. */
public record NewSystem(SystemName name, SystemSource source, SystemSettings settings) {
  public NewSystem {
    if (name == null) {
      throw new IllegalArgumentException("a new system needs a name");
    }
    if (source == null) {
      throw new IllegalArgumentException("a new system needs a source");
    }
    settings = settings == null ? SystemSettings.defaults() : settings;
  }
}
