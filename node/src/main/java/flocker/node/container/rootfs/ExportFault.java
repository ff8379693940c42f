package flocker.node.container.rootfs;

/** An export was refused or broke off; nothing is left of it. The text is for people. */
public final class ExportFault extends Exception {
  private static final long serialVersionUID = 1L;

  public ExportFault(String message) {
    super(message);
  }

  public ExportFault(String message, Throwable cause) {
    super(message, cause);
  }
}
