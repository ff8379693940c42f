package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerSpec;
import flocker.node.container.rootfs.RootView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;

/** Whether a root can be started at all, said before the runtime says it worse. */
final class RootCheck {
  private static final int LONGEST_INTERPRETER_LINE = 256;

  private RootCheck() {}

  /** BAD_ROOT if there is no root, or its init cannot be found or executed. */
  static void check(ContainerSpec spec) throws ContainerFault {
    Path root = spec.root();
    if (!root.isAbsolute() || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw bad(
          spec, root + " is not a directory; is the user filesystem mounted there? It must be");
    }
    String init = spec.init().get(0);
    try {
      RootView view = new RootView(root);
      Optional<Path> place = view.resolve(Path.of(spec.workingDirectory()));
      if (place.isEmpty() || !Files.isDirectory(place.get(), LinkOption.NOFOLLOW_LINKS)) {
        throw bad(
            spec, "the working directory " + spec.workingDirectory() + " does not exist in it");
      }
      if (spec.user().isPresent()) {
        OciSpec.User unused = new Accounts(root).of(spec.user().get());
      }
      Path program = find(view, spec).orElse(null);
      if (program == null) {
        throw bad(
            spec,
            "the init command "
                + init
                + " does not exist in it; name another one in the system's settings, or put it"
                + " there");
      }
      if (!Files.isRegularFile(program, LinkOption.NOFOLLOW_LINKS) || !executable(program)) {
        throw bad(
            spec,
            "the init command "
                + init
                + " is not an executable file there; check its type and mode");
      }
      String interpreter = interpreter(program);
      if (!interpreter.isEmpty() && view.resolve(Path.of(interpreter)).isEmpty()) {
        throw bad(
            spec,
            "the init command "
                + init
                + " is a script for "
                + interpreter
                + ", which does not exist in it");
      }
    } catch (IOException failure) {
      throw new ContainerFault(
          Kind.BAD_ROOT, "cannot read the root " + root + ": " + failure.getMessage(), failure);
    }
  }

  private static Optional<Path> find(RootView view, ContainerSpec spec) throws IOException {
    String init = spec.init().get(0);
    if (init.contains("/")) {
      return view.resolve(Path.of(spec.workingDirectory()).resolve(init));
    }
    String path = spec.environment().getOrDefault("PATH", OciSpec.PATH);
    for (String directory : path.split(":", -1)) {
      Optional<Path> found = view.resolve(Path.of(directory, init));
      if (found.isPresent() && executable(found.get())) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean executable(Path program) throws IOException {
    return Files.getPosixFilePermissions(program, LinkOption.NOFOLLOW_LINKS).stream()
        .anyMatch(
            List.of(
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE)
                ::contains);
  }

  /** The program after {@code #!}; empty if there is none. */
  private static String interpreter(Path program) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(program, LinkOption.NOFOLLOW_LINKS)) {
      start = in.readNBytes(LONGEST_INTERPRETER_LINE);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("#!")) {
      return "";
    }
    String line = text.substring(2).lines().findFirst().orElse("").strip();
    return line.split("[ \t]", 2)[0];
  }

  private static ContainerFault bad(ContainerSpec spec, String what) {
    return new ContainerFault(
        Kind.BAD_ROOT,
        "system " + spec.system() + " cannot start from " + spec.root() + ": " + what);
  }
}
