package flocker.node.cli;

import flocker.protocol.admin.SystemSettings;

/** A system's settings for people. */
final class SettingsText {
  private SettingsText() {}

  static String of(SystemSettings settings) {
    StringBuilder text = new StringBuilder();
    line(text, "init", String.join(" ", settings.init()));
    settings.publish().forEach(port -> line(text, "publish", port));
    settings.env().forEach((key, value) -> line(text, "env", key + "=" + value));
    settings.workingDirectory().ifPresent(directory -> line(text, "workdir", directory));
    settings.user().ifPresent(user -> line(text, "user", user));
    line(text, "memory", settings.memory().map(Object::toString).orElse("no limit"));
    line(text, "cpus", settings.cpus().map(Object::toString).orElse("no limit"));
    line(
        text,
        "stop",
        settings.stopSignal() + ", then killed after " + settings.stopGraceSeconds() + " s");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append("  ").append(name).append(": ").append(value).append('\n');
  }
}
