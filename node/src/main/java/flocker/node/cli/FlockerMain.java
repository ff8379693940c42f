package flocker.node.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.locks.LockSupport;

/**
 * The program's entry: the process around the command. The launcher says by system properties
 * whether a person is at the other end ({@code flocker.terminal} of the output, {@code
 * flocker.keyboard} of the input) and where it was called ({@code flocker.directory}), because it
 * starts Java in another directory.
 */
public final class FlockerMain {
  private FlockerMain() {}

  public static void main(String[] args) {
    PrintWriter err = writer(FileDescriptor.err);
    CliContext context =
        new CliContext(
            System.getenv(),
            Path.of(System.getProperty("flocker.directory", "")).toAbsolutePath(),
            writer(FileDescriptor.out),
            err,
            Boolean.getBoolean("flocker.terminal"),
            question -> ask(question, err),
            Clock.systemUTC(),
            time -> {
              LockSupport.parkNanos(time.toNanos());
              return !Thread.currentThread().isInterrupted();
            });
    System.exit(FlockerCommand.execute(context, args));
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static String ask(String question, PrintWriter err) {
    if (!Boolean.getBoolean("flocker.keyboard")) {
      return null;
    }
    err.print(question);
    err.flush();
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException e) {
      return null;
    }
  }
}
