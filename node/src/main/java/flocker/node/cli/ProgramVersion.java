package flocker.node.cli;

/** The version of this program, as its build wrote it down. */
public final class ProgramVersion {
  private ProgramVersion() {}

  /** From the jar's manifest; {@code development} where classes are run without one. */
  public static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
