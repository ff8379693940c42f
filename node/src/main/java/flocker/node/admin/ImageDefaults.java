package flocker.node.admin;

import flocker.node.container.rootfs.ImageConfig;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SystemSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an image wants to be run, as settings of a user system and back. What an operator has said
 * goes before what the image says.
 */
final class ImageDefaults {
  private ImageDefaults() {}

  /** The given settings, with what they leave out taken from the image. */
  static SystemSettings over(SystemSettings given, ImageConfig image) {
    SystemSettings none = SystemSettings.defaults();
    Map<String, String> environment = new TreeMap<>(image.environment());
    environment.putAll(given.env());
    boolean ownCommand = !given.init().equals(none.init()) || image.command().isEmpty();
    return new SystemSettings(
        ownCommand ? given.init() : image.command(),
        given.publish().isEmpty() ? published(image) : given.publish(),
        environment,
        given.memory(),
        given.cpus(),
        given.stopSignal().equals(none.stopSignal())
            ? image.stopSignal().filter(ImageDefaults::named).orElse(given.stopSignal())
            : given.stopSignal(),
        given.stopGraceSeconds(),
        given.workingDirectory().or(image::workingDirectory),
        given.user().or(image::user));
  }

  private static List<Publish> published(ImageConfig image) {
    return image.ports().stream()
        .filter(port -> port >= 1 && port <= 65535)
        .map(port -> new Publish(Optional.empty(), port, port))
        .toList();
  }

  /** Images may name a signal by its number, which settings cannot. */
  private static boolean named(String signal) {
    return signal.matches("[A-Z][A-Z0-9+-]{1,11}");
  }

  /** How an image of a system with these settings is to be run elsewhere. */
  static ImageConfig of(SystemSettings settings) {
    return new ImageConfig(
        settings.init(),
        settings.env(),
        settings.publish().stream().map(Publish::containerPort).toList(),
        settings.workingDirectory(),
        settings.user(),
        Optional.of(settings.stopSignal()));
  }
}
