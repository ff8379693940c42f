package flocker.node.lab;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests that share one lab: each begins when all is well again, and after each the user system must
 * not have run twice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedLab {
  private final String name;
  private final String[] options;

  /** Made before the first test. */
  protected Scenario scenario;

  SharedLab(String name, String... options) {
    this.name = name;
    this.options = options.clone();
  }

  @BeforeAll
  void makeLab() {
    Lab.onlyInItsTier();
    scenario = new Scenario(name, options);
  }

  @AfterAll
  void takeItDown() {
    if (scenario != null) {
      scenario.close();
    }
  }

  @BeforeEach
  void mend() {
    scenario.steady();
  }

  @AfterEach
  void neverTwice() {
    scenario.assertNeverTwice();
  }
}
