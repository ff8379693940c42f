package flocker.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.container.rootfs.ImageConfig;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SystemSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator says goes before what an image says; what nobody says keeps its default. */
class ImageDefaultsTest {
  private static final ImageConfig IMAGE =
      new ImageConfig(
          List.of("/bin/run", "--now"),
          Map.of("A", "image", "B", "image"),
          List.of(80, 8080),
          Optional.of("/srv"),
          Optional.of("web"),
          Optional.of("INT"));

  @Test
  void anImageFillsWhatIsLeftOut() {
    SystemSettings settings = ImageDefaults.over(SystemSettings.defaults(), IMAGE);
    assertThat(settings.init()).containsExactly("/bin/run", "--now");
    assertThat(settings.env()).isEqualTo(IMAGE.environment());
    assertThat(settings.publish()).containsExactly(Publish.parse("80"), Publish.parse("8080"));
    assertThat(settings.workingDirectory()).contains("/srv");
    assertThat(settings.user()).contains("web");
    assertThat(settings.stopSignal()).isEqualTo("INT");
    assertThat(ImageDefaults.of(settings)).isEqualTo(IMAGE);
  }

  @Test
  void whatTheOperatorSaysGoesBefore() {
    SystemSettings given =
        new SystemSettings(
            List.of("sh"),
            List.of(Publish.parse("8000:80")),
            Map.of("B", "operator"),
            Optional.empty(),
            Optional.empty(),
            "QUIT",
            5,
            Optional.of("/"),
            Optional.of("root"));
    SystemSettings settings = ImageDefaults.over(given, IMAGE);
    assertThat(settings.env()).isEqualTo(Map.of("A", "image", "B", "operator"));
    assertThat(settings.init()).isEqualTo(given.init());
    assertThat(settings.publish()).isEqualTo(given.publish());
    assertThat(settings.stopSignal()).isEqualTo("QUIT");
    assertThat(settings.workingDirectory()).contains("/");
    assertThat(settings.user()).contains("root");
  }

  @Test
  void anImageThatSaysNothingChangesNothing() {
    ImageConfig silent =
        new ImageConfig(
            List.of(), Map.of(), List.of(), Optional.empty(), Optional.empty(), Optional.of("15"));
    assertThat(ImageDefaults.over(SystemSettings.defaults(), silent))
        .isEqualTo(SystemSettings.defaults());
  }
}
