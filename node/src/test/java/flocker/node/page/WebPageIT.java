package flocker.node.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium, against the API's own server with a recorded cluster. */
class WebPageIT {
  @BeforeAll
  static void tier() {
    Browser.onlyInTier("browser");
  }

  @Test
  void thePageDoesWhatItsTestsSay() {
    try (Stage stage = new Stage();
        Browser browser = new Browser(stage.url(), "stage.test.mjs")) {
      assertThat(browser.awaitEnd()).as("%s", browser.said()).isZero();
    }
  }
}
