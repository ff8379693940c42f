package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.page.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The web page in a real Chromium, open on a slave while the master loses its power. */
class FailoverPageIT {
  private static Scenario scenario;

  @BeforeAll
  static void makeLab() {
    Lab.onlyInItsTier();
    Browser.onlyInTier("browser");
    scenario = new Scenario("it-page");
  }

  @AfterAll
  static void takeItDown() {
    if (scenario != null) {
      scenario.close();
    }
  }

  @Test
  void thePageShowsTheFailoverWhileItHappens() {
    String old = scenario.master();
    String watched = scenario.slaves().get(0);
    String url = "http://" + scenario.lab.address(watched) + ":7420";
    try (Browser browser =
        new Browser(url, "failover.mjs", Scenario.SYSTEM, Browser.pictures().toString())) {
      assertThat(browser.await(line -> line.startsWith("master "))).isEqualTo("master " + old);
      scenario.lab.run("kill", old);
      String after = browser.await(line -> line.startsWith("after "));
      scenario.awaitMasterOtherThan(old);
      assertThat(after).isEqualTo("after " + scenario.master());
      assertThat(browser.awaitEnd()).as("%s", browser.said()).isZero();
    }
    scenario.assertNeverTwice();
  }
}
